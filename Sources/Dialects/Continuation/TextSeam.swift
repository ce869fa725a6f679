/// Joins a text and what another provider goes on with, so that a reader sees one text. Pure; one per continuation.
///
/// White space at the end of the text is not sent along, for providers of Claude refuse it; what goes on often begins with
/// that white space then, which the reader has already. And a provider that says the text again from its beginning is found
/// out before any of it is passed on.
struct TextSeam: Sendable {
    enum Step: Equatable {
        /// It is not known yet what this is.
        case wait
        case pass(String)
        /// The text is said again.
        case repeated
    }

    /// Bytes of the text's beginning that tell a repetition. A shorter text is told by all of it.
    private static let tellingBytes = 32
    /// Bytes that are held back at most; only white space comes to more.
    private static let heldBytes = 256

    /// White space at the end of the text that has not come again.
    private var owed: ArraySlice<UInt8>
    private let opening: [UInt8]
    private var held: [UInt8] = []
    private var isPassing = false

    init(after text: String) {
        owed = Array(text.utf8.suffix(text.utf8.count - Self.trimmed(text).utf8.count))[...]
        opening = Array(text.utf8.drop(while: Self.isSpace).prefix(Self.tellingBytes))
    }

    /// Without the white space at its end.
    static func trimmed(_ text: String) -> String {
        let kept = text.utf8.reversed().drop(while: isSpace).count
        return String(decoding: text.utf8.prefix(kept), as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    mutating func take(_ piece: String) -> Step {
        guard !isPassing else { return .pass(piece) }
        held += piece.utf8
        while let expected = owed.first, held.first == expected {
            owed.removeFirst()
            held.removeFirst()
        }
        let said = held.drop(while: Self.isSpace)
        if said.count < opening.count, opening.starts(with: said), held.count <= Self.heldBytes { return .wait }
        if said.starts(with: opening) { return .repeated }
        return .pass(release())
    }

    /// What is still held, where nothing more of the text comes.
    mutating func release() -> String {
        isPassing = true
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }
}
