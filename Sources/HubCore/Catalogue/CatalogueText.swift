internal import CModels

/// The catalogue as text: one model a line, in the order of the names' bytes, so that a model is found by halving and
/// nothing else need be in memory. An entry is read when it is asked for.
enum CatalogueText: Sendable {
    /// config/models.json as it was when the hub was built.
    case builtIn
    /// Lines without head and tail.
    case lines([UInt8])

    /// Calls `body` with the lines.
    func withLines<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        switch self {
        case .builtIn:
            // Constant data of the program: valid and unchanged for as long as it runs.
            return body(Span(_unsafeElements: Self.builtInLines))
        case .lines(let bytes):
            return body(bytes.span)
        }
    }

    /// The whole file.
    static var builtInFile: [UInt8] {
        [UInt8](UnsafeBufferPointer(start: cmodels_bytes(), count: cmodels_count()))
    }

    /// Without the first line, which is the file's head, and the last, which is its tail.
    nonisolated(unsafe) private static let builtInLines: UnsafeBufferPointer<UInt8> = {
        let newline = UInt8(ascii: "\n")
        let file = UnsafeBufferPointer(start: cmodels_bytes(), count: cmodels_count())
        let start = file.firstIndex(of: newline).map { $0 + 1 } ?? file.count
        let end = file.dropLast().lastIndex(of: newline) ?? start
        return UnsafeBufferPointer(rebasing: file[start..<max(start, end)])
    }()
}
