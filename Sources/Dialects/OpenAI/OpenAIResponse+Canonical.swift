public import Wire

extension OpenAIResponse {
    /// Reads a whole answer for a client of another dialect. What is missing or of a wrong type counts as absent:
    /// servers differ.
    public static func canonical(_ body: JSONValue, fallbackID: String) -> ChatResponse {
        let id = body["id"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? fallbackID
        var choices: [ChatChoice] = []
        if let list = body["choices"] {
            for choice in list.elements { choices.append(read(choice, at: choices.count, id: id)) }
        }
        var response = ChatResponse(
            id: id, model: body["model"]?.string, choices: choices, usage: OpenAIUsage.parse(body["usage"]))
        response.created = body["created"]?.int
        response.serviceTier = body["service_tier"]?.string
        return response
    }

    private static func read(_ choice: JSONValue, at position: Int, id: String) -> ChatChoice {
        var parts: [ChatPart] = []
        let index = choice["index"]?.int ?? position
        if let message = choice["message"], message.isObject {
            parts = OpenAIReasoning.parts(of: message)
            parts += OpenAIReasoning.signed(text(message["content"]), by: message)
            if let citations = citations(message["annotations"]), let last = parts.lastIndex(where: { $0.text != nil })
            {
                parts[last].citations = citations
            }
            if let refusal = message["refusal"]?.string, !refusal.isEmpty { parts.append(ChatPart(.refusal(refusal))) }
            parts += OpenAIImages.read(message)
            if let audio = message["audio"], let data = audio["data"]?.string, !data.isEmpty {
                let media = Media(
                    kind: .audio, source: .data(data, mediaType: "audio/wav"), name: audio["transcript"]?.string)
                parts.append(ChatPart(.media(media)))
            }
            parts += calls(message, choice: index, id: id)
        }
        let hasCalls = parts.contains { if case .toolCall = $0.content { true } else { false } }
        var result = ChatChoice(
            index: index, parts: parts, finish: finish(choice["finish_reason"]?.string, hasCalls: hasCalls))
        result.logprobs = choice.given("logprobs")
        result.contentFilter = choice.given("content_filter_results")
        return result
    }

    /// A string, or the parts that some servers send.
    private static func text(_ content: JSONValue?) -> [ChatPart] {
        guard let content else { return [] }
        if let text = content.string { return text.isEmpty ? [] : [ChatPart(.text(text))] }
        return content.elements.compactMap { part in
            switch part["type"]?.string {
            case "text": part["text"]?.string.map { ChatPart(.text($0)) }
            case "thinking", "reasoning": ChatPart(.reasoning(Reasoning(text: OpenAIParts.thoughts(part))))
            case "refusal": part["refusal"]?.string.map { ChatPart(.refusal($0)) }
            default: nil
            }
        }
    }

    private static func calls(_ message: JSONValue, choice: Int, id: String) -> [ChatPart] {
        var parts: [ChatPart] = []
        if let calls = message["tool_calls"] {
            for call in calls.elements {
                guard let function = call["function"], let name = function["name"]?.string, !name.isEmpty else {
                    continue
                }
                let given = call["id"]?.string ?? ""
                let callID = given.isEmpty ? ToolCallID.minted(answer: id, choice: choice, call: parts.count) : given
                parts.append(
                    ChatPart(
                        .toolCall(ToolCall(id: callID, name: name, arguments: OpenAIMessages.arguments(function))),
                        signature: OpenAIReasoning.toolSignature(call)))
            }
        }
        if parts.isEmpty, let call = message["function_call"], let name = call["name"]?.string, !name.isEmpty {
            parts.append(
                ChatPart(.toolCall(ToolCall(id: name, name: name, arguments: OpenAIMessages.arguments(call)))))
        }
        return parts
    }

    static func citations(_ annotations: JSONValue?) -> [Citation]? {
        guard let annotations, annotations.count > 0 else { return nil }
        return annotations.elements.compactMap { annotation in
            guard let citation = annotation["url_citation"] else { return nil }
            return Citation(url: citation["url"]?.string, title: citation["title"]?.string, source: annotation)
        }
    }

    /// The message is believed rather than the reason: a forced call finishes with `stop`, and some
    /// servers say `tool_calls` without any.
    static func finish(_ native: String?, hasCalls: Bool) -> Finish {
        let reason: Finish.Reason =
            switch native {
            case "length", "model_length", "max_tokens": .length
            case "content_filter": .contentFilter
            default: hasCalls ? .toolCalls : .stop
            }
        return Finish(reason, native: native)
    }

    /// OpenAI's words.
    static func word(_ finish: Finish) -> StaticString {
        switch finish.reason {
        case .stop, .pause, .malformed: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        }
    }
}
