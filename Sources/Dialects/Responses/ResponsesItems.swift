internal import Wire

/// Input items, read into turns of no dialect: what a model writes in one go are several items here.
struct ResponsesItems {
    private(set) var messages: [ChatMessage] = []
    /// Of the call that comes next.
    private var signature: Signature?

    /// - Parameter path: of the items in the body.
    mutating func read(_ items: some Sequence<JSONValue>, at path: StaticString) throws(HubError) {
        var index = 0
        for item in items {
            try read(item, at: "\(path)[\(index)]")
            index += 1
        }
    }

    mutating func append(text: String, role: ChatMessage.Role) {
        messages.append(ChatMessage(role: role, parts: text.isEmpty ? [] : [ChatPart(.text(text))]))
    }

    private mutating func read(_ item: JSONValue, at path: @autoclosure () -> String) throws(HubError) {
        guard item.isObject else { throw .validation(path(), "must be an object") }
        let type = try item.optionalString("type", at: path()) ?? "message"
        switch type {
        case "message": try readMessage(item, at: path())
        case "reasoning": readReasoning(item)
        case "function_call":
            let call = ToolCall(
                id: try item.requiredString("call_id", at: path()), name: try item.requiredString("name", at: path()),
                arguments: OpenAIMessages.arguments(item))
            appendToAssistant(ChatPart(.toolCall(call), signature: signature))
            signature = nil
        case "function_call_output": try readResult(item, at: path())
        default:
            let part = ChatPart(.other(type: type, item))
            if type.hasSuffix("_output") || type == "mcp_approval_response" {
                messages.append(ChatMessage(role: .user, parts: [part]))
            } else {
                appendToAssistant(part)
            }
        }
    }

    private mutating func appendToAssistant(_ part: ChatPart) {
        if let last = messages.indices.last, messages[last].role == .assistant {
            messages[last].parts.append(part)
        } else {
            messages.append(ChatMessage(role: .assistant, parts: [part]))
        }
    }

    private mutating func readMessage(_ item: JSONValue, at path: @autoclosure () -> String) throws(HubError) {
        let word = try item.requiredString("role", at: path())
        guard let role = ChatMessage.Role(rawValue: word) else {
            throw .validation("\(path()).role", "must be user, assistant, system or developer")
        }
        let parts = try Self.readContent(item.given("content"), at: "\(path()).content")
        guard role == .assistant else { return messages.append(ChatMessage(role: role, parts: parts)) }
        if parts.isEmpty { return messages.append(ChatMessage(role: role, parts: [])) }
        for part in parts { appendToAssistant(part) }
    }

    private mutating func readReasoning(_ item: JSONValue) {
        switch ResponsesReasoning.read(item) {
        case .thought(let part): appendToAssistant(part)
        case .signatureOfNextPart(let signature): self.signature = signature
        case nil: break
        }
    }

    private mutating func readResult(_ item: JSONValue, at path: @autoclosure () -> String) throws(HubError) {
        let id = try item.requiredString("call_id", at: path())
        let parts = try Self.readContent(item.given("output"), at: "\(path()).output")
        let part = ChatPart(.toolResult(ToolResult(callID: id, parts: parts)))
        // Results of calls that were made together belong together.
        if let last = messages.indices.last, messages[last].role == .user,
            case .toolResult = messages[last].parts.last?.content
        {
            messages[last].parts.append(part)
        } else {
            messages.append(ChatMessage(role: .user, parts: [part]))
        }
    }

    // MARK: Content

    private static func readContent(
        _ content: JSONValue?, at path: @autoclosure () -> String
    ) throws(HubError) -> [ChatPart] {
        guard let content else { return [] }
        if let text = content.string { return text.isEmpty ? [] : [ChatPart(.text(text))] }
        guard content.isArray else { throw .validation(path(), "must be a string or an array of parts") }
        var parts: [ChatPart] = []
        var index = 0
        for part in content.elements {
            parts.append(try readPart(part, at: "\(path())[\(index)]"))
            index += 1
        }
        return parts
    }

    private static func readPart(_ part: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ChatPart {
        guard part.isObject else { throw .validation(path(), "must be an object") }
        var result: ChatPart
        let type = try part.requiredString("type", at: path())
        switch type {
        case "input_text", "output_text", "text", "summary_text":
            result = ChatPart(.text(try part.requiredString("text", at: path())))
        case "refusal": result = ChatPart(.refusal(try part.requiredString("refusal", at: path())))
        case "input_image": result = ChatPart(.media(try image(part, at: path())))
        case "input_file": result = ChatPart(.media(try file(part, at: path())))
        // Chat's own parts are sent here as well.
        default: return try OpenAIParts.read(part, at: path())
        }
        if part.given("prompt_cache_breakpoint") != nil { result.cache = CacheMarker() }
        return result
    }

    private static func image(_ part: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> Media {
        let detail = try part.optionalString("detail", at: path())
        if let id = try part.optionalString("file_id", at: path()) {
            return Media(kind: .image, source: .file(id: id), detail: detail)
        }
        let url = try part.requiredString("image_url", at: path())
        return Media(
            kind: .image, source: try OpenAIParts.source(url, at: "\(path()).image_url"), detail: detail)
    }

    private static func file(_ part: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> Media {
        let name = try part.optionalString("filename", at: path())
        if let id = try part.optionalString("file_id", at: path()) {
            return Media(kind: .document, source: .file(id: id), name: name)
        }
        if let url = try part.optionalString("file_url", at: path()) {
            return Media(kind: .document, source: .url(url), name: name)
        }
        let data = try part.requiredString("file_data", at: path())
        let source = try OpenAIParts.source(data, at: "\(path()).file_data")
        guard case .data(_, let type) = source else {
            throw .validation("\(path()).file_data", "must be a data URL in base64")
        }
        return Media(kind: MediaTypes.kind(of: type), source: source, name: name)
    }
}
