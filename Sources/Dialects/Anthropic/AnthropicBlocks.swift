internal import Wire

/// Anthropic's content blocks, read as parts of no dialect.
enum AnthropicBlocks {
    /// A string or an array of blocks; nil if absent.
    static func readContent(
        _ holder: JSONValue, _ name: StaticString, at path: @autoclosure () -> String
    ) throws(HubError) -> [ChatPart]? {
        guard let content = holder.given(name) else { return nil }
        if let text = content.string { return text.isEmpty ? [] : [ChatPart(.text(text))] }
        guard content.isArray else { throw .validation(path(), "must be a string or an array of blocks") }
        var parts: [ChatPart] = []
        parts.reserveCapacity(content.count)
        var signatures = CarriedSignatures()
        var index = 0
        for block in content.elements {
            signatures.append(try read(block, at: "\(path())[\(index)]"), to: &parts)
            index += 1
        }
        return parts
    }

    static func cacheMarker(_ holder: JSONValue) -> CacheMarker? {
        guard let control = holder["cache_control"], control.isObject else { return nil }
        return CacheMarker(lifetime: control["ttl"]?.string.flatMap { CacheMarker.Lifetime(rawValue: $0) })
    }

    private static func read(_ block: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ChatPart {
        guard block.isObject else { throw .validation(path(), "must be an object") }
        let type = try block.requiredString("type", at: path())
        var part: ChatPart
        switch type {
        case "text":
            part = ChatPart(.text(try block.requiredString("text", at: path())))
            part.citations = citations(block["citations"])
        case "thinking":
            part = ChatPart(.reasoning(Reasoning(text: try block.requiredString("thinking", at: path()))))
            part.signature = SignatureCarrier.signature(try block.optionalString("signature", at: path()))
        case "redacted_thinking":
            let data = try block.requiredString("data", at: path())
            part = ChatPart(.reasoning(Reasoning(text: "", encrypted: SignatureCarrier.signature(data))))
        case "tool_use": part = ChatPart(.toolCall(try readCall(block, at: path())))
        case "tool_result": part = ChatPart(.toolResult(try readResult(block, at: path())))
        case "image", "document": part = try readMedia(block, type: type, at: path())
        default: part = ChatPart(.other(type: type, block))
        }
        part.cache = cacheMarker(block)
        return part
    }

    private static func readCall(_ block: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ToolCall {
        guard let input = block.given("input"), input.isObject else {
            throw .validation("\(path()).input", "must be an object")
        }
        return ToolCall(
            id: try block.requiredString("id", at: path()), name: try block.requiredString("name", at: path()),
            arguments: .value(input))
    }

    private static func readResult(
        _ block: JSONValue, at path: @autoclosure () -> String
    ) throws(HubError) -> ToolResult {
        ToolResult(
            callID: try block.requiredString("tool_use_id", at: path()),
            parts: try readContent(block, "content", at: "\(path()).content") ?? [],
            isError: try block.optionalBool("is_error", at: path()) ?? false)
    }

    private static func readMedia(
        _ block: JSONValue, type: String, at path: @autoclosure () -> String
    ) throws(HubError) -> ChatPart {
        guard let source = block.given("source"), source.isObject else {
            throw .validation("\(path()).source", "must be an object")
        }
        let place = "\(path()).source"
        let read: Media.Source
        switch try source.requiredString("type", at: place) {
        case "base64":
            read = .data(
                try source.requiredString("data", at: place),
                mediaType: try source.requiredString("media_type", at: place))
        case "url": read = .url(try source.requiredString("url", at: place))
        case "file": read = .file(id: try source.requiredString("file_id", at: place))
        case "text": read = .text(try source.requiredString("data", at: place))
        case let other: return ChatPart(.other(type: "\(type).\(other)", block))
        }
        let media = Media(
            kind: type == "image" ? .image : .document, source: read,
            name: try block.optionalString("title", at: path()))
        return ChatPart(.media(media))
    }

    // MARK: Citations

    static func citations(_ list: JSONValue?) -> [Citation] {
        guard let list, list.isArray else { return [] }
        return list.elements.map(citation)
    }

    static func citation(_ citation: JSONValue) -> Citation {
        Citation(
            url: citation["url"]?.string, title: (citation["title"] ?? citation["document_title"])?.string,
            citedText: citation["cited_text"]?.string, source: citation)
    }
}
