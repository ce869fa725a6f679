public import Wire

/// Converse's answer object.
public enum BedrockResponse {
    // MARK: From a provider

    /// Reads a provider's answer of status 200.
    public static func parse(_ bytes: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(bytes, maximumDepth: 512).root
        } catch {
            throw bad("the answer is not JSON: \(error.message)", provider)
        }
        guard body["output"]?["message"]?["content"]?.isArray == true else {
            throw bad("the answer has no output.message.content", provider)
        }
        return CompletionResponse(
            dialect: .bedrock, body: body, bytes: bytes, usage: BedrockUsage.parse(body["usage"]),
            servedModel: routedModel(body),
            finishReasons: [body["stopReason"]?.string].compactMap { $0 })
    }

    /// Where a router chose the model: its id, without the account's ARN around it.
    static func routedModel(_ body: JSONValue) -> String? {
        body["trace"]?["promptRouter"]?["invokedModelId"]?.string?.split(separator: "/").last.map { String($0) }
    }

    private static func bad(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.providerBadResponse, message)
        error.provider = provider
        return error
    }

    /// Reads a whole answer for a client of another dialect. Blocks that only Bedrock has are left out.
    public static func canonical(_ body: JSONValue) -> ChatResponse {
        var parts: [ChatPart] = []
        var isAnswered = false
        var signatures = CarriedSignatures()
        for block in body["output"]?["message"]?["content"].map({ Array($0.elements) }) ?? [] {
            if let use = block["toolUse"], use["name"]?.equals(AnswerTool.nameText) == true {
                isAnswered = true
                parts.append(ChatPart(.text(use["input"].map { ToolArguments.value($0).text } ?? "{}")))
            } else if let part = read(block) {
                signatures.append(part, to: &parts)
            }
        }
        let hasCalls = parts.contains { if case .toolCall = $0.content { true } else { false } }
        var finish = finish(body["stopReason"]?.string)
        if isAnswered, !hasCalls, finish.reason == .toolCalls { finish.reason = .stop }
        var response = ChatResponse(
            choices: [ChatChoice(parts: parts, finish: finish)], usage: BedrockUsage.parse(body["usage"]))
        response.serviceTier = body["serviceTier"]?["type"]?.string
        return response
    }

    private static func read(_ block: JSONValue) -> ChatPart? {
        if let text = block["text"]?.string { return text.isEmpty ? nil : ChatPart(.text(text)) }
        if let use = block["toolUse"], !isServerTool(use), let id = use["toolUseId"]?.string,
            let name = use["name"]?.string
        {
            let arguments = use["input"].map { ToolArguments.value($0) } ?? .text("{}")
            return ChatPart(.toolCall(ToolCall(id: id, name: name, arguments: arguments)))
        }
        if let reasoning = block["reasoningContent"] { return read(reasoning: reasoning) }
        if let cited = block["citationsContent"] { return read(cited: cited) }
        guard let image = block["image"], let format = image["format"]?.string,
            let data = image["source"]?["bytes"]?.string
        else { return nil }
        return ChatPart(.media(Media(kind: .image, source: .data(data, mediaType: "image/\(format)"))))
    }

    /// A call that Bedrock makes itself.
    static func isServerTool(_ use: JSONValue) -> Bool { use["type"]?.equals("server_tool_use") == true }

    private static func read(reasoning: JSONValue) -> ChatPart? {
        if let data = reasoning["redactedContent"]?.string {
            return ChatPart(.reasoning(Reasoning(text: "", encrypted: BedrockSignature.encrypted(data))))
        }
        guard let text = reasoning["reasoningText"] else { return nil }
        return ChatPart(
            .reasoning(Reasoning(text: text["text"]?.string ?? "")),
            signature: SignatureCarrier.signature(text["signature"]?.string))
    }

    /// A text with what it is from; nil if there is none.
    static func read(cited: JSONValue) -> ChatPart? {
        let text = cited["content"].map { $0.elements.compactMap { $0["text"]?.string }.joined() } ?? ""
        guard !text.isEmpty else { return nil }
        var part = ChatPart(.text(text))
        part.citations = cited["citations"].map { $0.elements.map(citation) } ?? []
        return part
    }

    static func citation(_ citation: JSONValue) -> Citation {
        let cited = citation["sourceContent"].map { $0.elements.compactMap { $0["text"]?.string }.joined() }
        return Citation(
            url: citation["location"]?["web"]?["url"]?.string ?? citation["source"]?.string,
            title: citation["title"]?.string, citedText: cited,
            source: citation)
    }

    static func finish(_ native: String?) -> Finish {
        let reason: Finish.Reason =
            switch native {
            case "max_tokens", "model_context_window_exceeded": .length
            case "tool_use": .toolCalls
            case "guardrail_intervened", "content_filtered": .contentFilter
            case "malformed_model_output", "malformed_tool_use": .malformed
            default: .stop
            }
        return Finish(reason, native: native)
    }
}
