internal import Wire

/// `thoughtSignature`: base 64 of bytes that only their maker can read.
///
/// Gemini's own pass as they are. Others' are marked inside the bytes (`hub.anthropic.reasoning:...`), so that clients that
/// decode and encode the field hand them back whole.
enum GeminiSignature {
    /// What Google documents for calls that no Gemini model has made.
    static let unchecked: StaticString = "skip_thought_signature_validator"

    private static let mark = "hub."
    private static let own = ".reasoning:"
    private static let hidden = ".encrypted:"

    // MARK: Read

    /// - Returns: the signature, and whether it stands for thoughts that only their provider can read.
    static func read(_ part: JSONValue) -> (signature: Signature, isEncrypted: Bool)? {
        guard let text = part.proto("thoughtSignature", "thought_signature")?.string, !text.isEmpty,
            text != "\(unchecked)"
        else { return nil }
        if let marked = marked(text) {
            for origin in Signature.Origin.allCases {
                for (suffix, isEncrypted) in [(own, false), (hidden, true)] {
                    let prefix = mark + origin.rawValue + suffix
                    if marked.hasPrefix(prefix) {
                        return (Signature(origin: origin, value: String(marked.dropFirst(prefix.count))), isEncrypted)
                    }
                }
            }
        }
        return (Signature(origin: .google, value: text), false)
    }

    /// What a text in base 64 holds, if it begins with the hub's mark. Clients differ in alphabet and padding.
    private static func marked(_ text: String) -> String? {
        // The mark in base 64: its first four bytes are five whole digits and a part of a sixth.
        guard text.utf8.starts(with: "aHViL".utf8) else { return nil }
        let digits = text.utf8.filter { $0 != UInt8(ascii: "=") }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return Base64.decode(String(decoding: digits, as: UTF8.self), .urlSafe).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    // MARK: Write

    static func text(_ signature: Signature, isEncrypted: Bool = false) -> String {
        guard signature.origin != .google || isEncrypted else { return signature.value }
        let marked = mark + signature.origin.rawValue + (isEncrypted ? hidden : own) + signature.value
        return Base64.encode(Array(marked.utf8))
    }
}
