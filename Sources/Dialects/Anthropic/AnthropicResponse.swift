public import Wire

/// Anthropic's message object.
public enum AnthropicResponse {
    // MARK: From a provider

    /// Reads a provider's answer of status 200. Finds an error inside it.
    public static func parse(_ bytes: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(bytes, maximumDepth: 512).root
        } catch {
            throw bad("the answer is not JSON: \(error.message)", provider)
        }
        if let error = AnthropicErrors.parseInside(body, provider: provider) { throw error }
        guard let content = body["content"], content.isArray else { throw bad("the answer has no content", provider) }
        var response = CompletionResponse(
            dialect: .anthropic, body: body, usage: AnthropicUsage.parse(body["usage"]),
            servedModel: body["model"]?.string,
            finishReasons: [body["stop_reason"]?.string].compactMap { $0 })
        if body["id"]?.isString == true { response.bytes = bytes }
        return response
    }

    private static func bad(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.providerBadResponse, message)
        error.provider = provider
        return error
    }

    /// Reads a whole answer for a client of another dialect. Blocks that only Anthropic has are left out.
    public static func canonical(_ body: JSONValue) -> ChatResponse {
        var parts: [ChatPart] = []
        var answered = false
        var signatures = CarriedSignatures()
        if let content = body["content"] {
            for block in content.elements {
                if block["type"]?.equals("tool_use") == true, block["name"]?.equals(AnswerTool.nameText) == true {
                    answered = true
                    parts.append(ChatPart(.text(block["input"].map { ToolArguments.value($0).text } ?? "{}")))
                } else if let part = read(block) {
                    signatures.append(part, to: &parts)
                }
            }
        }
        let hasCalls = parts.contains { if case .toolCall = $0.content { true } else { false } }
        var finish = finish(body["stop_reason"]?.string, stopSequence: body["stop_sequence"]?.string)
        if answered, !hasCalls, finish.reason == .toolCalls { finish.reason = .stop }
        var response = ChatResponse(
            id: body["id"]?.string, model: body["model"]?.string, choices: [ChatChoice(parts: parts, finish: finish)],
            usage: AnthropicUsage.parse(body["usage"]))
        let tier = body["usage"]?["service_tier"]?.string
        response.serviceTier = tier == "standard" ? "default" : tier
        return response
    }

    private static func read(_ block: JSONValue) -> ChatPart? {
        switch block["type"]?.string {
        case "text":
            guard let text = block["text"]?.string, !text.isEmpty else { return nil }
            var part = ChatPart(.text(text))
            part.citations = AnthropicBlocks.citations(block["citations"])
            return part
        case "thinking":
            return ChatPart(
                .reasoning(Reasoning(text: block["thinking"]?.string ?? "")),
                signature: SignatureCarrier.signature(block["signature"]?.string))
        case "redacted_thinking":
            guard let data = block["data"]?.string else { return nil }
            return ChatPart(.reasoning(Reasoning(text: "", encrypted: SignatureCarrier.signature(data))))
        case "tool_use":
            guard let id = block["id"]?.string, let name = block["name"]?.string else { return nil }
            return ChatPart(
                .toolCall(ToolCall(id: id, name: name, arguments: block["input"].map { .value($0) } ?? .text("{}"))))
        default: return nil
        }
    }

    static func finish(_ native: String?, stopSequence: String?) -> Finish {
        let reason: Finish.Reason =
            switch native {
            case "max_tokens", "model_context_window_exceeded": .length
            case "tool_use": .toolCalls
            case "refusal": .contentFilter
            case "pause_turn": .pause
            default: .stop
            }
        return Finish(reason, native: native, stopSequence: stopSequence)
    }

    // MARK: To a client

    /// The answer of a provider of this dialect as it came, but for the `hub` object of contract 2.9.
    public static func render(_ response: CompletionResponse, hub: AnswerMetadata?) -> [UInt8] {
        if hub == nil, let bytes = response.bytes { return bytes }
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        for (key, value) in response.body.members {
            writer.key(key)
            writer.value(value)
        }
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    /// Writes an answer of another dialect as Anthropic's object. It has one choice: the first.
    /// - Parameter id: `msg_...`.
    public static func render(_ response: ChatResponse, id: String, model: String, hub: AnswerMetadata?) -> [UInt8] {
        let choice = response.choices.first
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.member("id", id)
        writer.member("type", "message")
        writer.member("role", "assistant")
        writer.member("model", response.model ?? model)
        writer.key("content")
        writer.beginArray()
        for part in choice?.parts ?? [] { write(part, to: &writer) }
        writer.endArray()
        let isRefusal = choice?.parts.contains { if case .refusal = $0.content { true } else { false } } ?? false
        writeStop(choice?.finish ?? Finish(.stop), isRefusal: isRefusal, to: &writer)
        writer.key("usage")
        AnthropicUsage.write(response.usage ?? TokenUsage(), to: &writer)
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    static func writeStop(_ finish: Finish, isRefusal: Bool, to writer: inout JSONWriter) {
        writer.member("stop_reason", isRefusal ? "refusal" : word(finish))
        writer.key("stop_sequence")
        if let sequence = finish.stopSequence { writer.string(sequence) } else { writer.null() }
    }

    private static func word(_ finish: Finish) -> StaticString {
        switch finish.reason {
        case .stop, .malformed: finish.stopSequence == nil ? "end_turn" : "stop_sequence"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .contentFilter: "refusal"
        case .pause: "pause_turn"
        }
    }

    private static func write(_ part: ChatPart, to writer: inout JSONWriter) {
        if let signature = part.signature, case .toolCall = part.content {
            writeOpaque(SignatureCarrier.textForNextPart(signature), to: &writer)
        }
        switch part.content {
        case .text(let text), .refusal(let text):
            writeText(text, part.citations, to: &writer)
            if let signature = part.signature {
                writeOpaque(SignatureCarrier.textForPartBefore(signature), to: &writer)
            }
        case .reasoning(let reasoning):
            if let encrypted = reasoning.encrypted {
                return writeOpaque(SignatureCarrier.text(encrypted), to: &writer)
            }
            writer.beginObject()
            writer.member("type", "thinking")
            writer.member("thinking", reasoning.text)
            writer.member("signature", SignatureCarrier.text(part.signature))
            writer.endObject()
        case .toolCall(let call):
            writer.beginObject()
            writer.member("type", "tool_use")
            writer.member("id", ToolCallID.plain(call.id))
            writer.member("name", call.name)
            writer.key("input")
            call.arguments.writeObject(to: &writer)
            writer.endObject()
        // Anthropic's answers hold no media.
        case .media, .toolResult, .other: break
        }
    }

    /// Empty text is only there for its signature.
    private static func writeText(_ text: String, _ citations: [Citation], to writer: inout JSONWriter) {
        guard !text.isEmpty else { return }
        writer.beginObject()
        writer.member("type", "text")
        writer.member("text", text)
        if !citations.isEmpty {
            writer.key("citations")
            writer.beginArray()
            for citation in citations { write(citation, to: &writer) }
            writer.endArray()
        }
        writer.endObject()
    }

    private static func writeOpaque(_ data: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "redacted_thinking")
        writer.member("data", data)
        writer.endObject()
    }

    /// Places on the web become results of a search; Anthropic's own citations pass.
    static func write(_ citation: Citation, to writer: inout JSONWriter) {
        if let source = citation.source, source["type"]?.string?.hasSuffix("_location") == true {
            return writer.value(source)
        }
        writer.beginObject()
        writer.member("type", "web_search_result_location")
        writer.member("url", citation.url ?? "")
        writer.member("title", citation.title ?? "")
        writer.member("cited_text", citation.citedText ?? "")
        writer.member("encrypted_index", "")
        writer.endObject()
    }
}
