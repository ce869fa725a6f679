internal import Wire

/// Reads the whole input of a batch, and says what is wrong with it. Pure; takes its pieces in order.
public struct BatchInspection: Sendable {
    /// Contract 2.11.
    public static let maximumLines = 50_000
    /// Further ones are not told apart: the batch goes to no provider as a whole.
    static let maximumModels = 32

    private let endpoint: BatchEndpoint
    private let maximumLineBytes: Int
    private var splitter: LineSplitter
    private var customIDs: Set<String> = []
    public private(set) var lineCount = 0
    public private(set) var problems: [BatchProblem] = []
    /// That its lines name; nil where they are too many, or a line names none.
    public private(set) var models: Set<String>? = []

    public init(endpoint: BatchEndpoint, maximumLineBytes: Int) {
        self.endpoint = endpoint
        self.maximumLineBytes = maximumLineBytes
        splitter = LineSplitter(maximumBytes: maximumLineBytes)
    }

    /// Nothing that is still to come can make it good.
    public var isHopeless: Bool { problems.count >= Batch.maximumProblems || splitter.isTooLong }

    public mutating func feed(_ piece: [UInt8]) {
        for line in splitter.feed(piece) where problems.count < Batch.maximumProblems { inspect(line) }
    }

    public mutating func end() {
        for line in splitter.end() { inspect(line) }
        if splitter.isTooLong {
            problems.append(
                BatchProblem(
                    "line_too_long", "The line after \(lineCount) requests has more than \(maximumLineBytes) bytes."))
        }
        if lineCount == 0, problems.isEmpty {
            problems.append(BatchProblem("empty_file", "The input file holds no request."))
        }
    }

    private mutating func inspect(_ line: LineSplitter.Line) {
        lineCount += 1
        if lineCount == Self.maximumLines + 1 {
            problems.append(
                BatchProblem(
                    "too_many_lines", "The input file holds more than \(Self.maximumLines) requests.",
                    line: line.number))
        }
        guard lineCount <= Self.maximumLines else { return }
        do throws(BatchLineProblem) {
            let request = try BatchLine(line, endpoint: endpoint)
            guard customIDs.insert(request.customID).inserted else {
                return problems.append(
                    BatchProblem(
                        "duplicate_custom_id", "The custom_id of this line is that of an earlier one.",
                        parameter: "custom_id", line: line.number))
            }
            note(request.body["model"]?.string)
        } catch {
            problems.append(error.problem)
        }
    }

    private mutating func note(_ model: String?) {
        guard let model, model.utf8.count <= 256 else { return models = nil }
        models?.insert(model)
        if let count = models?.count, count > Self.maximumModels { models = nil }
    }
}
