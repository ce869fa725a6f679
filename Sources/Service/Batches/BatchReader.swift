internal import Dialects
internal import HubCore
internal import Store

/// The lines of a batch's input, read a piece at a time.
struct BatchReader {
    private let files: StoredFiles
    private let batch: Batch
    private var splitter: LineSplitter
    private var position = 0
    private var isAtEnd = false
    private var lines: [LineSplitter.Line] = []

    init(_ batch: Batch, _ files: StoredFiles) {
        self.batch = batch
        self.files = files
        splitter = LineSplitter(maximumBytes: FileUpload.maximumFileBytes)
    }

    /// Nil behind the last one.
    mutating func next() async throws(HubError) -> LineSplitter.Line? {
        while lines.isEmpty {
            if isAtEnd { return nil }
            if let piece = try await files.piece(position, of: batch.inputFileID, tenant: batch.tenant) {
                position += 1
                lines = splitter.feed(piece).reversed()
            } else {
                isAtEnd = true
                lines = splitter.end()
            }
        }
        return lines.popLast()
    }
}
