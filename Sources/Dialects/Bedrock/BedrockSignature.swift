internal import Wire

/// Opaque thoughts in Converse's fields. `redactedContent` is bytes, in base 64 on the wire, which clients decode and encode
/// again: what is no base 64, and the marks of `SignatureCarrier`, are wrapped in it.
enum BedrockSignature {
    /// The marks begin with `hub.`: four bytes are five whole digits and a part of a sixth.
    private static let wrappedMark = "aHViL"

    /// For a client.
    static func blob(_ text: String) -> String {
        if !text.hasPrefix("hub."), !text.hasPrefix(wrappedMark), Base64.decode(text) != nil { return text }
        let marked = text.hasPrefix("hub.") ? text : SignatureCarrier.marked(Signature(origin: .anthropic, value: text))
        return Base64.encode(Array(marked.utf8))
    }

    /// What `blob` was made from.
    static func text(_ blob: String) -> String {
        guard blob.hasPrefix(wrappedMark), let bytes = Base64.decode(blob) else { return blob }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Thoughts that only their provider can read.
    static func encrypted(_ blob: String?) -> Signature? {
        SignatureCarrier.signature(blob.map(text))
    }
}
