/// Other providers' signatures in Anthropic's fields, which hold one opaque text and do not say whose it is.
///
/// Anthropic's own pass as they are. Others are marked: `hub.google.reasoning:...` is the signature of the thinking
/// block it stands in, `hub.google.part:...` in a `redacted_thinking` block that of the block after it, which has no field
/// of its own for one, and `hub.google.text:...` that of the text before it, whose signature comes last in a stream.
enum SignatureCarrier {
    private static let mark = "hub."
    private static let nextPart = ".part:"
    private static let partBefore = ".text:"
    private static let own = ".reasoning:"

    // MARK: Read

    /// Nil for an empty text: a thinking block that nobody signed.
    static func signature(_ text: String?) -> Signature? {
        guard let text, !text.isEmpty else { return nil }
        for origin in Signature.Origin.allCases where text.hasPrefix(mark + origin.rawValue + own) {
            return Signature(
                origin: origin, value: String(text.dropFirst(mark.count + origin.rawValue.count + own.count)))
        }
        return Signature(origin: .anthropic, value: text)
    }

    /// The signature of the part after a `redacted_thinking` block with such data.
    static func ofNextPart(_ data: String) -> Signature? { unwrapped(data, nextPart) }

    /// The signature of the text before a `redacted_thinking` block with such data.
    static func ofPartBefore(_ data: String) -> Signature? { unwrapped(data, partBefore) }

    private static func unwrapped(_ data: String, _ suffix: String) -> Signature? {
        for origin in Signature.Origin.allCases where data.hasPrefix(mark + origin.rawValue + suffix) {
            return Signature(
                origin: origin, value: String(data.dropFirst(mark.count + origin.rawValue.count + suffix.count)))
        }
        return nil
    }

    // MARK: Write

    /// For a client.
    static func text(_ signature: Signature?) -> String {
        guard let signature else { return "" }
        return signature.origin == .anthropic ? signature.value : marked(signature)
    }

    static func marked(_ signature: Signature) -> String {
        mark + signature.origin.rawValue + own + signature.value
    }

    static func textForPartBefore(_ signature: Signature) -> String {
        mark + signature.origin.rawValue + partBefore + signature.value
    }

    static func textForNextPart(_ signature: Signature) -> String {
        mark + signature.origin.rawValue + nextPart + signature.value
    }
}
