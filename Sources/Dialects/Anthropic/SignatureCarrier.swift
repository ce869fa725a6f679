/// Other providers' signatures in Anthropic's fields, which hold one opaque text and do not say whose it is.
///
/// Anthropic's own pass as they are. Others are marked: `hub.google.reasoning:...` is the signature of the thinking
/// block it stands in, `hub.google.part:...` in a `redacted_thinking` block that of the block after it, which has no field
/// of its own for one.
enum SignatureCarrier {
    private static let mark = "hub."
    private static let nextPart = ".part:"
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

    static func isForNextPart(_ signature: Signature) -> Bool {
        Signature.Origin.allCases.contains { signature.value.hasPrefix(mark + $0.rawValue + nextPart) }
    }

    static func unwrapped(_ signature: Signature) -> Signature? {
        for origin in Signature.Origin.allCases where signature.value.hasPrefix(mark + origin.rawValue + nextPart) {
            return Signature(
                origin: origin,
                value: String(signature.value.dropFirst(mark.count + origin.rawValue.count + nextPart.count)))
        }
        return nil
    }

    // MARK: Write

    /// For a client.
    static func text(_ signature: Signature?) -> String {
        guard let signature else { return "" }
        return signature.origin == .anthropic
            ? signature.value : mark + signature.origin.rawValue + own + signature.value
    }

    static func textForNextPart(_ signature: Signature) -> String {
        mark + signature.origin.rawValue + nextPart + signature.value
    }
}
