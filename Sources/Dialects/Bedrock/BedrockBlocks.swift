internal import Wire

/// Converse's content blocks, read as parts of no dialect.
enum BedrockBlocks {
    /// An array of blocks; nil if absent. A cache point marks the part before it.
    static func readContent(
        _ holder: JSONValue, _ name: StaticString, at path: @autoclosure () -> String
    ) throws(HubError) -> [ChatPart]? {
        guard let content = holder.given(name) else { return nil }
        guard content.isArray else { throw .validation(path(), "must be an array of blocks") }
        var parts: [ChatPart] = []
        parts.reserveCapacity(content.count)
        var signatures = CarriedSignatures()
        var index = 0
        for block in content.elements {
            if let point = block["cachePoint"] {
                if let last = parts.indices.last { parts[last].cache = marker(point) }
            } else {
                signatures.append(try read(block, at: "\(path())[\(index)]"), to: &parts)
            }
            index += 1
        }
        return parts
    }

    static func marker(_ point: JSONValue) -> CacheMarker {
        CacheMarker(lifetime: point["ttl"]?.string.flatMap { CacheMarker.Lifetime(rawValue: $0) })
    }

    private static func read(_ block: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ChatPart {
        guard block.isObject, let (key, value) = block.members.first(where: { _ in true }) else {
            throw .validation(path(), "must be an object with one member")
        }
        func place() -> String { "\(path()).\(key.string)" }
        switch key.string {
        case "text": return ChatPart(.text(try block.requiredString("text", at: path())))
        // Of a tool that Bedrock ran itself.
        case "toolUse" where BedrockResponse.isServerTool(value):
            return ChatPart(.other(type: "server_tool_use", block))
        case "toolUse":
            return ChatPart(
                .toolCall(
                    ToolCall(
                        id: try value.requiredString("toolUseId", at: place()),
                        name: try value.requiredString("name", at: place()),
                        arguments: value.given("input").map { .value($0) } ?? .text("{}"))))
        case "toolResult": return ChatPart(.toolResult(try readResult(value, at: place())))
        case "reasoningContent": return try readReasoning(value, at: place())
        case "image", "document", "video", "audio": return try readMedia(value, type: key.string, at: place())
        case "citationsContent": return BedrockResponse.read(cited: value) ?? ChatPart(.text(""))
        case "json":
            var writer = JSONWriter(reserving: 256)
            writer.value(value)
            return ChatPart(.text(String(decoding: writer.bytes, as: UTF8.self)))
        default: return ChatPart(.other(type: key.string, block))
        }
    }

    private static func readResult(
        _ result: JSONValue, at path: @autoclosure () -> String
    ) throws(HubError) -> ToolResult {
        ToolResult(
            callID: try result.requiredString("toolUseId", at: path()),
            parts: try readContent(result, "content", at: "\(path()).content") ?? [],
            isError: try result.optionalString("status", at: path()) == "error")
    }

    private static func readReasoning(
        _ reasoning: JSONValue, at path: @autoclosure () -> String
    ) throws(HubError) -> ChatPart {
        if let data = try reasoning.optionalString("redactedContent", at: path()) {
            return ChatPart(.reasoning(Reasoning(text: "", encrypted: BedrockSignature.encrypted(data))))
        }
        guard let text = try reasoning.optionalObject("reasoningText", at: path()) else {
            throw .validation(path(), "must have reasoningText or redactedContent")
        }
        let place = "\(path()).reasoningText"
        return ChatPart(
            .reasoning(Reasoning(text: try text.requiredString("text", at: place))),
            signature: SignatureCarrier.signature(try text.optionalString("signature", at: place)))
    }

    private static func readMedia(
        _ media: JSONValue, type: String, at path: @autoclosure () -> String
    ) throws(HubError) -> ChatPart {
        guard let kind = Media.Kind(rawValue: type), media.isObject else {
            throw .validation(path(), "must be an object")
        }
        // A document of text needs none.
        let format =
            kind == .document
            ? try media.optionalString("format", at: path()) ?? "" : try media.requiredString("format", at: path())
        guard let source = try media.optionalObject("source", at: path()) else {
            throw .validation("\(path()).source", "is required")
        }
        let name = try media.optionalString("name", at: path())
        if let data = try source.optionalString("bytes", at: "\(path()).source") {
            let type = BedrockMedia.mediaType(format, kind)
            return ChatPart(.media(Media(kind: kind, source: .data(data, mediaType: type), name: name)))
        }
        if let text = try source.optionalString("text", at: "\(path()).source") {
            return ChatPart(.media(Media(kind: kind, source: .text(text), name: name)))
        }
        if let pieces = source.given("content"), pieces.isArray {
            let text = pieces.elements.compactMap { $0["text"]?.string }.joined(separator: "\n")
            return ChatPart(.media(Media(kind: kind, source: .text(text), name: name)))
        }
        // In a bucket that only AWS can read.
        return ChatPart(.other(type: "\(type).source", media))
    }
}
