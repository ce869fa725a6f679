internal import Wire

/// OpenAI's content parts, and the spellings of other servers and of the hub's own form.
enum OpenAIParts {
    static func read(_ part: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ChatPart {
        if let text = part.string { return ChatPart(.text(text)) }
        guard part.isObject else { throw .validation(path(), "must be an object") }
        let type = try part.requiredString("type", at: path())
        var result = ChatPart(try content(part, type: type, at: path()))
        result.cache = OpenAIRequest.cacheMarker(part)
        if result.cache == nil, part.given("prompt_cache_breakpoint") != nil { result.cache = CacheMarker() }
        return result
    }

    private static func content(
        _ part: JSONValue, type: String, at path: @autoclosure () -> String
    ) throws(HubError) -> ChatPart.Content {
        switch type {
        case "text", "input_text", "output_text": return .text(try part.requiredString("text", at: path()))
        case "refusal": return .refusal(try part.requiredString("refusal", at: path()))
        case "image_url", "image", "image_base64": return .media(try image(part, type: type, at: path()))
        case "input_audio": return .media(try audio(part, at: path()))
        case "file": return .media(try file(part, at: path()))
        case "document_url":
            var media = Media(
                kind: .document,
                source: try source(try part.requiredString("document_url", at: path()), at: "\(path()).document_url"))
            media.name = try part.optionalString("document_name", at: path())
            return .media(media)
        case "video_url":
            let url = part["video_url"]?["url"]?.string ?? part["video_url"]?.string
            guard let url else { throw .validation("\(path()).video_url.url", "is required") }
            return .media(Media(kind: .video, source: try source(url, at: "\(path()).video_url.url")))
        case "thinking", "reasoning": return .reasoning(Reasoning(text: thoughts(part)))
        default: return .other(type: type, part)
        }
    }

    /// Mistral: `{"type":"thinking","thinking":[{"type":"text","text":...}]}`; Databricks: `{"type":"reasoning","summary":[...]}`.
    static func thoughts(_ part: JSONValue) -> String {
        guard let thinking = part["thinking"] ?? part["summary"] else { return part["text"]?.string ?? "" }
        return thinking.string ?? thinking.elements.compactMap { $0["text"]?.string }.joined()
    }

    // MARK: Media

    private static func image(
        _ part: JSONValue, type: String, at path: @autoclosure () -> String
    ) throws(HubError) -> Media {
        if type == "image_base64" {
            guard let image = part.given("image_base64") else {
                throw .validation("\(path()).image_base64", "is required")
            }
            guard let data = image.string ?? image["data"]?.string else {
                throw .validation("\(path()).image_base64", "must be base64 text or hold data")
            }
            return Media(
                kind: .image, source: .data(data, mediaType: image["media_type"]?.string ?? "image/png"),
                detail: try part.optionalString("detail", at: path()))
        }
        let holder = part["image_url"]
        guard let url = holder?["url"]?.string ?? holder?.string ?? part["url"]?.string else {
            throw .validation("\(path()).image_url.url", "is required")
        }
        return Media(
            kind: .image, source: try source(url, at: "\(path()).image_url.url"),
            detail: holder?["detail"]?.string ?? part["detail"]?.string)
    }

    private static func audio(_ part: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> Media {
        guard let audio = part.given("input_audio") else { throw .validation("\(path()).input_audio", "is required") }
        if let text = audio.string { return Media(kind: .audio, source: try source(text, at: "\(path()).input_audio")) }
        let data = try audio.requiredString("data", at: "\(path()).input_audio")
        let format = try audio.optionalString("format", at: "\(path()).input_audio") ?? "wav"
        return Media(kind: .audio, source: .data(data, mediaType: "audio/" + (format == "mp3" ? "mpeg" : format)))
    }

    private static func file(_ part: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> Media {
        guard let file = part.given("file") else { throw .validation("\(path()).file", "is required") }
        let name = try file.optionalString("filename", at: "\(path()).file")
        if let id = try file.optionalString("file_id", at: "\(path()).file") {
            return Media(kind: .document, source: .file(id: id), name: name)
        }
        let data = try file.requiredString("file_data", at: "\(path()).file")
        let source = try source(data, at: "\(path()).file.file_data")
        guard case .data(_, let type) = source else { return Media(kind: .document, source: source, name: name) }
        return Media(kind: MediaTypes.kind(of: type), source: source, name: name)
    }

    /// A `data:` URL is taken apart; any other is kept.
    static func source(_ url: String, at path: @autoclosure () -> String) throws(HubError) -> Media.Source {
        guard url.utf8.starts(with: "data:".utf8) else { return .url(url) }
        let rest = url.utf8.dropFirst(5)
        guard let comma = rest.firstIndex(of: UInt8(ascii: ",")) else {
            throw .validation(path(), "is a data URL without data")
        }
        let parameters = url[rest.startIndex..<comma].split(separator: ";", omittingEmptySubsequences: false)
        guard parameters.dropFirst().contains("base64") else {
            throw .validation(path(), "must be a data URL in base64")
        }
        let type = parameters.first.map(String.init) ?? ""
        return .data(String(url[url.utf8.index(after: comma)...]), mediaType: type.isEmpty ? "text/plain" : type)
    }
}
