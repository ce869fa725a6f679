public import Wire

/// OpenAI's response object.
public enum ResponsesResponse {
    // MARK: From a provider

    /// Reads a provider's answer of status 200. Finds an error inside it.
    public static func parse(_ bytes: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(bytes, maximumDepth: 512).root
        } catch {
            throw bad("the answer is not JSON: \(error.message)", provider)
        }
        if let error = ResponsesErrors.parseInside(body, provider: provider) { throw error }
        guard let output = body["output"], output.isArray else { throw bad("the answer has no output", provider) }
        var response = CompletionResponse(
            dialect: .responses, body: body, usage: ResponsesUsage.parse(body["usage"]),
            servedModel: body["model"]?.string, finishReasons: [finishWord(body)].compactMap { $0 })
        if body["id"]?.isString == true { response.bytes = bytes }
        return response
    }

    private static func bad(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.providerBadResponse, message)
        error.provider = provider
        return error
    }

    /// `max_output_tokens`, `content_filter`, else the status.
    static func finishWord(_ response: JSONValue) -> String? {
        response["incomplete_details"]?["reason"]?.string ?? response["status"]?.string
    }

    static func finish(_ response: JSONValue, hasCalls: Bool) -> Finish {
        let native = finishWord(response)
        let reason: Finish.Reason =
            switch native {
            case "max_output_tokens", "max_tokens": .length
            case "content_filter": .contentFilter
            case "incomplete": .length
            default: hasCalls ? .toolCalls : .stop
            }
        return Finish(reason, native: native)
    }

    // MARK: In no dialect

    /// Reads a whole answer for a client of another dialect. Items of tools that OpenAI runs itself stay as they are.
    public static func canonical(_ body: JSONValue) -> ChatResponse {
        var parts: [ChatPart] = []
        var signature: Signature?
        var logprobs: JSONValue?
        var hasCalls = false
        for item in body["output"].map({ Array($0.elements) }) ?? [] {
            switch item["type"]?.string {
            case "message":
                let content = item["content"].map { Array($0.elements) } ?? []
                parts += content.compactMap(read)
                for part in content where logprobs == nil { logprobs = chatLogprobs(part["logprobs"]) }
            case "reasoning":
                switch ResponsesReasoning.read(item) {
                case .thought(let part): parts.append(part)
                case .signatureOfNextPart(let value): signature = value
                case nil: break
                }
            case "function_call":
                guard let name = item["name"]?.string, let id = callID(item) else { continue }
                hasCalls = true
                let call = ToolCall(id: id, name: name, arguments: OpenAIMessages.arguments(item))
                parts.append(ChatPart(.toolCall(call), signature: signature))
                signature = nil
            case "image_generation_call": if let media = image(item) { parts.append(ChatPart(.media(media))) }
            case let type?: parts.append(ChatPart(.other(type: type, item)))
            case nil: break
            }
        }
        var choice = ChatChoice(parts: parts, finish: finish(body, hasCalls: hasCalls))
        choice.logprobs = logprobs
        var response = ChatResponse(
            id: body["id"]?.string, model: body["model"]?.string, choices: [choice],
            usage: ResponsesUsage.parse(body["usage"]))
        response.created = body["created_at"]?.int ?? body["created_at"]?.double.flatMap { Int(exactly: $0.rounded()) }
        response.serviceTier = body["service_tier"]?.string
        return response
    }

    private static func read(_ part: JSONValue) -> ChatPart? {
        if part["type"]?.equals("refusal") == true { return part["refusal"]?.string.map { ChatPart(.refusal($0)) } }
        guard let text = part["text"]?.string, !text.isEmpty else { return nil }
        var result = ChatPart(.text(text))
        result.citations = (part["annotations"].map { Array($0.elements) } ?? []).compactMap(citation)
        return result
    }

    static func citation(_ annotation: JSONValue) -> Citation? {
        guard annotation["type"]?.equals("url_citation") == true else { return nil }
        return Citation(url: annotation["url"]?.string, title: annotation["title"]?.string, source: annotation)
    }

    static func callID(_ item: JSONValue) -> String? {
        item["call_id"]?.string ?? item["id"]?.string
    }

    /// A picture that OpenAI drew; nil if there is none.
    static func image(_ item: JSONValue) -> Media? {
        guard let data = item["result"]?.string, !data.isEmpty else { return nil }
        return Media(
            kind: .image, source: .data(data, mediaType: "image/" + (item["output_format"]?.string ?? "png")))
    }

    /// The probabilities of a text, in the place that chat completions have for them.
    static func chatLogprobs(_ list: JSONValue?) -> JSONValue? {
        guard let list, list.isArray, list.count > 0 else { return nil }
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.member("content", list)
        writer.endObject()
        return (try? JSONDocument.parse(writer.bytes, maximumDepth: 512))?.root
    }

    // MARK: To a client

    /// The answer of a provider of this dialect as it came, but for what the hub does itself: keeping it, and the `hub`
    /// object of contract 2.9.
    public static func render(_ response: CompletionResponse, echo: ResponsesEcho, hub: AnswerMetadata?) -> [UInt8] {
        if hub == nil, !echo.changesAnswers, let bytes = response.bytes { return bytes }
        var writer = JSONWriter(reserving: 1024)
        echo.write(response.body, hub: hub, to: &writer)
        return writer.bytes
    }

    /// Writes an answer of another dialect as a response object. It has one choice: the first.
    /// - Parameters:
    ///   - id: `resp_...`.
    ///   - created: seconds since 1970, where the answer does not say.
    public static func render(
        _ response: ChatResponse, id: String, created: Int, model: String, echo: ResponsesEcho, hub: AnswerMetadata?
    ) -> [UInt8] {
        let choice = response.choices.first
        let finish = choice?.finish ?? Finish(.stop)
        let output = ResponsesOutput(choice?.parts ?? [], logprobs: choice?.logprobs, finish: finish, response: id)
        var frame = ResponsesFrame(
            id: id, created: response.created ?? created, model: response.model ?? model, echo: echo)
        frame.serviceTier = response.serviceTier
        var writer = JSONWriter(reserving: 1024)
        frame.write(
            .ended(finish, hasRefusal: output.hasRefusal), output: output.items, usage: response.usage, hub: hub,
            to: &writer)
        return writer.bytes
    }
}
