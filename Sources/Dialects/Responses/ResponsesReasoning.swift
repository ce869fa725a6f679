internal import Wire

/// Reasoning items: `{"type":"reasoning","id","summary":[{"type":"summary_text","text"}],"encrypted_content"}`.
///
/// `encrypted_content` is one opaque text that clients hand back. OpenAI's own passes as it is; the item's id, which OpenAI
/// wants back with it, travels before it in the signature. Signatures of others are marked: `hub.google.reasoning:...`
/// signs the item's text, `hub.anthropic.redacted:...` is a thought without text, and `hub.google.part:...` in an item of its
/// own signs the call after it, which has no field for one.
enum ResponsesReasoning {
    /// What an item says.
    enum Content {
        case thought(ChatPart)
        case signatureOfNextPart(Signature)
    }

    // MARK: Read

    /// Nil for an item that holds neither text nor a signature.
    static func read(_ item: JSONValue) -> Content? {
        let text = self.text(of: item)
        guard let encrypted = item["encrypted_content"]?.string, !encrypted.isEmpty else {
            return text.isEmpty ? nil : .thought(ChatPart(.reasoning(Reasoning(text: text))))
        }
        for origin in Signature.Origin.allCases {
            for kind in Kind.allCases {
                let mark = mark(origin, kind)
                guard encrypted.hasPrefix(mark) else { continue }
                let signature = Signature(origin: origin, value: String(encrypted.dropFirst(mark.count)))
                switch kind {
                case .part: return .signatureOfNextPart(signature)
                case .redacted: return .thought(ChatPart(.reasoning(Reasoning(text: text, encrypted: signature))))
                case .reasoning: return .thought(ChatPart(.reasoning(Reasoning(text: text)), signature: signature))
                }
            }
        }
        let id = item["id"]?.string
        let value = id.map { ResponsesItemID.isHubs($0) ? encrypted : "\($0):\(encrypted)" } ?? encrypted
        let signature = Signature(origin: .openAI, value: value)
        // Without text it is the thought itself.
        return text.isEmpty
            ? .thought(ChatPart(.reasoning(Reasoning(text: "", encrypted: signature))))
            : .thought(ChatPart(.reasoning(Reasoning(text: text)), signature: signature))
    }

    /// The raw text where a server shows it, else its summary.
    private static func text(of item: JSONValue) -> String {
        let raw = texts(item["content"])
        return raw.isEmpty ? texts(item["summary"]) : raw
    }

    private static func texts(_ parts: JSONValue?) -> String {
        guard let parts else { return "" }
        return parts.elements.compactMap { $0["text"]?.string }.joined(separator: separator)
    }

    /// Between the parts of a summary.
    static let separator = "\n\n"

    /// Whether the item was made by the hub from another provider's thoughts: useless to OpenAI.
    static func isForeign(_ item: JSONValue) -> Bool {
        if let encrypted = item["encrypted_content"]?.string { return encrypted.hasPrefix("hub.") }
        return ResponsesItemID.isHubs(item["id"]?.string)
    }

    // MARK: Write

    /// Writes an item.
    /// - Parameter id: for thoughts that are not OpenAI's.
    static func write(
        _ text: String, signature: Signature?, redacted: Signature?, id: String, to writer: inout JSONWriter
    ) {
        let (ownID, encrypted) = carried(signature: signature, redacted: redacted)
        writer.beginObject()
        writer.member("type", "reasoning")
        writer.member("id", ownID ?? id)
        writer.key("summary")
        writer.beginArray()
        if !text.isEmpty { writePart(text, to: &writer) }
        writer.endArray()
        if let encrypted { writer.member("encrypted_content", encrypted) }
        writer.endObject()
    }

    static func writePart(_ text: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "summary_text")
        writer.member("text", text)
        writer.endObject()
    }

    /// Writes an item that signs the part after it.
    static func write(forNextPart signature: Signature, id: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "reasoning")
        writer.member("id", id)
        writer.key("summary")
        writer.raw("[]")
        writer.member("encrypted_content", mark(signature.origin, .part) + signature.value)
        writer.endObject()
    }

    /// The item's id, where it is OpenAI's, and its `encrypted_content`.
    static func carried(signature: Signature?, redacted: Signature?) -> (id: String?, encrypted: String?) {
        guard let given = redacted ?? signature else { return (nil, nil) }
        guard given.origin == .openAI else {
            return (nil, mark(given.origin, redacted == nil ? .reasoning : .redacted) + given.value)
        }
        guard let colon = given.value.utf8.firstIndex(of: UInt8(ascii: ":")) else { return (nil, given.value) }
        return (String(given.value[..<colon]), String(given.value[given.value.index(after: colon)...]))
    }

    private enum Kind: String, CaseIterable {
        case reasoning, redacted, part
    }

    private static func mark(_ origin: Signature.Origin, _ kind: Kind) -> String {
        "hub.\(origin.rawValue).\(kind.rawValue):"
    }
}
