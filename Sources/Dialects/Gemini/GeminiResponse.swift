public import Wire

/// Gemini's `GenerateContentResponse`.
public enum GeminiResponse {
    /// Reads a provider's answer of status 200. Finds an error inside it. A prompt that was refused is an answer without
    /// candidates.
    public static func parse(_ bytes: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(bytes, maximumDepth: 512).root
        } catch {
            throw bad("the answer is not JSON: \(error.message)", provider)
        }
        if let error = GeminiErrors.parseInside(body, provider: provider) { throw error }
        let blocked = GeminiFinish.blocked(body)
        guard body["candidates"]?.isArray == true || blocked != nil else {
            throw bad("the answer has no candidates", provider)
        }
        guard blocked != nil || body["candidates"].map(Self.saysAnything) != false else {
            throw bad("the answer has neither content nor a reason for its end", provider)
        }
        var reasons = body["candidates"].map { $0.elements.compactMap { GeminiFinish.name($0["finishReason"]) } } ?? []
        if reasons.isEmpty, let native = blocked?.finish.native { reasons = [native] }
        var response = CompletionResponse(
            dialect: .gemini, body: body, usage: GeminiUsage.parse(body["usageMetadata"]),
            servedModel: body["modelVersion"]?.string, finishReasons: reasons)
        response.bytes = bytes
        return response
    }

    /// Whether there is a candidate with a part or a reason, or none at all.
    private static func saysAnything(_ candidates: JSONValue) -> Bool {
        candidates.count == 0
            || candidates.elements.contains { candidate in
                candidate["finishReason"] != nil || (candidate["content"]?["parts"]?.count ?? 0) > 0
            }
    }

    private static func bad(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.providerBadResponse, message)
        error.provider = provider
        return error
    }

    /// Reads a whole answer for a client of another dialect. What only Gemini has is left out.
    /// - Parameter fallbackID: for answers without an id, and for calls that have none.
    public static func canonical(_ body: JSONValue, fallbackID: String) -> ChatResponse {
        let id = body["responseId"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? fallbackID
        var choices: [ChatChoice] = []
        if let candidates = body["candidates"] {
            for candidate in candidates.elements { choices.append(read(candidate, at: choices.count, id: id)) }
        }
        if choices.isEmpty, let blocked = GeminiFinish.blocked(body) {
            let parts = blocked.message.map { [ChatPart(.refusal($0))] } ?? []
            choices.append(ChatChoice(parts: parts, finish: blocked.finish))
        }
        var response = ChatResponse(
            id: id, model: body["modelVersion"]?.string, choices: choices,
            usage: GeminiUsage.parse(body["usageMetadata"]))
        response.serviceTier = tier(body["usageMetadata"]?["serviceTier"]?.string)
        return response
    }

    /// OpenAI's word.
    private static func tier(_ word: String?) -> String? {
        word == "standard" ? "default" : word
    }

    private static func read(_ candidate: JSONValue, at position: Int, id: String) -> ChatChoice {
        let index = candidate["index"]?.int ?? position
        var parts: [ChatPart] = []
        var callCount = 0
        if let list = candidate["content"]?["parts"] {
            for part in list.elements {
                let call = callCount
                guard
                    let part = GeminiParts.answer(
                        part, callID: { ToolCallID.minted(answer: id, choice: index, call: call) })
                else { continue }
                if case .toolCall = part.content { callCount += 1 }
                append(part, to: &parts)
            }
        }
        let citations = GeminiCitations.read(candidate)
        if !citations.isEmpty, let last = parts.lastIndex(where: { $0.text != nil }) {
            parts[last].citations = citations
        }
        var choice = ChatChoice(
            index: index, parts: parts,
            finish: GeminiFinish.finish(GeminiFinish.name(candidate["finishReason"]), hasCalls: callCount > 0))
        choice.logprobs = GeminiLogprobs.canonical(candidate["logprobsResult"])
        return choice
    }

    /// A signature on an empty text is that of the text before it.
    private static func append(_ part: ChatPart, to parts: inout [ChatPart]) {
        if part.text == "", let last = parts.indices.last, parts[last].text != nil, parts[last].signature == nil {
            parts[last].signature = part.signature
        } else {
            parts.append(part)
        }
    }
}
