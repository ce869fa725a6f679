internal import Wire

/// Images that a model made, in OpenAI's chat form, which has no field for them: the extension that OpenRouter made common.
///
/// `images` of a message or a delta is a list of `image_url` parts as in a request, and clients hand it back with the message.
enum OpenAIImages {
    /// Of a message, a delta, or an assistant's turn. What cannot be read counts as absent: servers differ.
    static func read(_ message: JSONValue) -> [ChatPart] {
        guard let images = message["images"], images.isArray else { return [] }
        return images.elements.compactMap { image in
            guard var part = try? OpenAIParts.read(image, at: "images"), case .media = part.content else { return nil }
            part.signature = OpenAIReasoning.toolSignature(image)
            return part
        }
    }

    /// The member `images`; nothing without any.
    static func write(_ parts: [ChatPart], to writer: inout JSONWriter) {
        let images = parts.compactMap { part in url(part).map { (url: $0, signature: part.signature) } }
        guard !images.isEmpty else { return }
        writer.key("images")
        writer.beginArray()
        for (index, image) in images.enumerated() {
            writer.beginObject()
            writer.member("index", index)
            writer.member("type", "image_url")
            writer.key("image_url")
            writer.beginObject()
            writer.member("url", image.url)
            writer.endObject()
            OpenAIReasoning.writeToolSignature(image.signature, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func url(_ part: ChatPart) -> String? {
        guard case .media(let media) = part.content, media.kind == .image else { return nil }
        switch media.source {
        case .url(let url): return url
        case .data(let data, let type): return "data:\(type);base64,\(data)"
        case .file, .text: return nil
        }
    }
}
