public import Wire

/// One request of a batch: `{"custom_id":...,"method":"POST","url":...,"body":{...}}`.
public struct BatchLine: Sendable {
    static let maximumCustomIDBytes = 512

    /// From 1.
    public let number: Int
    /// The caller's name of the request, unique in its batch.
    public let customID: String
    public let body: JSONValue

    /// Throws what is wrong with the line.
    public init(_ line: LineSplitter.Line, endpoint: BatchEndpoint) throws(BatchLineProblem) {
        let root: JSONValue
        do throws(JSONError) {
            // The body may nest as deeply as that of a single request.
            root = try JSONDocument.parse(line.bytes, maximumDepth: CallInput.maximumDepth + 1).root
        } catch {
            throw BatchLineProblem("invalid_json_line", "This line is not valid JSON: \(error.message)", nil, line)
        }
        func problem(_ code: String, _ message: String, _ parameter: String?) -> BatchLineProblem {
            BatchLineProblem(code, message, parameter, line)
        }
        guard root.isObject else {
            throw problem("invalid_json_line", "This line is JSON, but no object.", nil)
        }
        guard let id = root["custom_id"]?.string else {
            throw problem("missing_required_parameter", "This line has no custom_id, a string.", "custom_id")
        }
        guard (1...Self.maximumCustomIDBytes).contains(id.utf8.count) else {
            throw problem(
                "invalid_custom_id", "The custom_id must have 1 to \(Self.maximumCustomIDBytes) bytes.", "custom_id")
        }
        guard root["method"]?.string == "POST" else {
            throw problem("invalid_method", "The method must be POST.", "method")
        }
        guard let url = root["url"]?.string else {
            throw problem("missing_required_parameter", "This line has no url, a string.", "url")
        }
        guard url == endpoint.rawValue else {
            throw problem("invalid_url", "The url must be the batch's endpoint, \(endpoint.rawValue).", "url")
        }
        guard let body = root["body"], body.isObject else {
            throw problem("missing_required_parameter", "This line has no body, an object.", "body")
        }
        number = line.number
        customID = id
        self.body = body
    }
}

public struct BatchLineProblem: Error, Sendable, Equatable {
    public var problem: BatchProblem

    init(_ code: String, _ message: String, _ parameter: String?, _ line: LineSplitter.Line) {
        problem = BatchProblem(code, message, parameter: parameter, line: line.number)
    }
}
