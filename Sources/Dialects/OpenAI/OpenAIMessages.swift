internal import Wire

/// OpenAI's messages, read into turns of no dialect.
enum OpenAIMessages {
    static func read(_ messages: JSONValue) throws(HubError) -> [ChatMessage] {
        var turns: [ChatMessage] = []
        turns.reserveCapacity(messages.count)
        var index = 0
        for message in messages.elements {
            turns.append(try read(message, at: "messages[\(index)]"))
            index += 1
        }
        return turns
    }

    private static func read(_ message: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ChatMessage {
        guard message.isObject else { throw .validation(path(), "must be an object") }
        let word = try message.requiredString("role", at: path())
        if word == "tool" || word == "function" { return try readResult(message, role: word, at: path()) }
        guard let role = ChatMessage.Role(rawValue: word) else {
            throw .validation("\(path()).role", "must be system, developer, user, assistant, tool or function")
        }
        var parts = role == .assistant ? OpenAIReasoning.parts(of: message) : []
        let content = try readContent(message, at: path())
        parts += role == .assistant ? OpenAIReasoning.signed(content, by: message) : content
        if role == .assistant { try readAnswer(message, into: &parts, at: path()) }
        if let cache = OpenAIRequest.cacheMarker(message), let last = parts.indices.last { parts[last].cache = cache }
        return ChatMessage(role: role, parts: parts, name: try message.optionalString("name", at: path()))
    }

    /// Calls, refusal and sound of an assistant's message.
    private static func readAnswer(
        _ message: JSONValue, into parts: inout [ChatPart], at path: @autoclosure () -> String
    ) throws(HubError) {
        if let refusal = try message.optionalString("refusal", at: path()), !refusal.isEmpty {
            parts.append(ChatPart(.refusal(refusal)))
        }
        parts += OpenAIImages.read(message)
        if let audio = try message.optionalObject("audio", at: path()), let id = audio["id"]?.string {
            parts.append(ChatPart(.media(Media(kind: .audio, source: .file(id: id)))))
        }
        if let calls = message.given("tool_calls") {
            guard calls.isArray else { throw .validation("\(path()).tool_calls", "must be an array") }
            var index = 0
            for call in calls.elements {
                parts.append(try readCall(call, at: "\(path()).tool_calls[\(index)]"))
                index += 1
            }
        }
        if let call = try message.optionalObject("function_call", at: path()) {
            let name = try call.requiredString("name", at: "\(path()).function_call")
            parts.append(ChatPart(.toolCall(ToolCall(id: name, name: name, arguments: arguments(call)))))
        }
    }

    private static func readCall(_ call: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ChatPart {
        guard call.isObject else { throw .validation(path(), "must be an object") }
        guard let function = call.given("function"), function.isObject else {
            guard let type = call["type"]?.string else { throw .validation("\(path()).function", "is required") }
            return ChatPart(.other(type: "tool_calls.\(type)", call))
        }
        let call = ChatPart(
            .toolCall(
                ToolCall(
                    id: try call.requiredString("id", at: path()),
                    name: try function.requiredString("name", at: "\(path()).function"),
                    arguments: arguments(function))),
            cache: OpenAIRequest.cacheMarker(call), signature: OpenAIReasoning.toolSignature(call))
        return call
    }

    static func arguments(_ function: JSONValue) -> ToolArguments {
        guard let arguments = function.given("arguments") else { return .text("") }
        return arguments.string.map { .text($0) } ?? .value(arguments)
    }

    /// A message of role `tool`, or of the older `function`, whose call has its name for an id.
    private static func readResult(
        _ message: JSONValue, role: String, at path: @autoclosure () -> String
    ) throws(HubError) -> ChatMessage {
        let name = try message.optionalString("name", at: path())
        let id =
            role == "tool"
            ? try message.requiredString("tool_call_id", at: path()) : try message.requiredString("name", at: path())
        let result = ToolResult(callID: id, name: name, parts: try readContent(message, at: path()))
        var part = ChatPart(.toolResult(result))
        part.cache = OpenAIRequest.cacheMarker(message)
        return ChatMessage(role: .user, parts: [part])
    }

    // MARK: Content

    static func readContent(_ message: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> [ChatPart] {
        guard let content = message.given("content") else { return [] }
        if let text = content.string { return text.isEmpty ? [] : [ChatPart(.text(text))] }
        guard content.isArray else { throw .validation("\(path()).content", "must be a string or an array of parts") }
        var parts: [ChatPart] = []
        parts.reserveCapacity(content.count)
        var index = 0
        for part in content.elements {
            parts.append(try OpenAIParts.read(part, at: "\(path()).content[\(index)]"))
            index += 1
        }
        return parts
    }
}
