internal import Wire

/// Writes answers as their providers would: kept ones are replayed in a way in which they did not come.
public enum AnswerWriting {
    /// A whole answer.
    /// - Parameters:
    ///   - id, created, model: where the answer does not say or, of `id`, the dialect gives each a new one. `created` in
    ///     seconds since 1970.
    public static func whole(
        _ response: ChatResponse, as dialect: WireDialect, id: String, created: Int, model: String
    ) -> [UInt8] {
        switch dialect {
        case .openAI: OpenAIResponse.render(response, id: id, created: created, model: model, hub: nil)
        case .anthropic: AnthropicResponse.render(response, id: id, model: model, hub: nil)
        case .responses:
            ResponsesResponse.render(response, id: id, created: created, model: model, echo: ResponsesEcho(), hub: nil)
        case .gemini: GeminiResponse.render(response, id: id, model: model, hub: nil)
        case .bedrock: BedrockResponse.render(response, latencyMilliseconds: 1, hub: nil)
        }
    }

    /// A stream of these events: the bytes of its body.
    public static func stream(
        _ events: [ChatEvent], as dialect: WireDialect, id: String, created: Int, model: String
    ) -> [UInt8] {
        var out: [UInt8] = []
        switch dialect {
        case .openAI: openAI(events, id: id, created: created, model: model, to: &out)
        case .anthropic:
            var writer = AnthropicEventWriter(id: id, model: model, inputEstimate: usage(events)?.promptTotal ?? 0)
            for event in events { writer.append(event, to: &out) }
            writer.appendEnd(usage: nil, hub: nil, to: &out)
        case .responses:
            var writer = ResponsesEventWriter(id: id, created: created, model: model, echo: ResponsesEcho())
            for event in events { writer.append(event, to: &out) }
            _ = writer.appendEnd(usage: nil, hub: nil, to: &out)
        case .gemini:
            var writer = GeminiEventWriter(id: id, model: model)
            var framing = GeminiStreamFraming(isArray: false)
            for event in events { for chunk in writer.chunks(event) { framing.append(chunk, to: &out) } }
            for chunk in writer.end(usage: nil, hub: nil) { framing.append(chunk, to: &out) }
            framing.appendEnd(to: &out)
        case .bedrock:
            var writer = BedrockEventWriter()
            for event in events { writer.append(event, to: &out) }
            writer.appendEnd(usage: nil, latencyMilliseconds: 1, hub: nil, to: &out)
        }
        return out
    }

    private static func openAI(
        _ events: [ChatEvent], id: String, created: Int, model: String, to out: inout [UInt8]
    ) {
        var writer = OpenAIEventWriter(id: id, created: created, model: model)
        for event in events {
            if let chunk = writer.chunk(event) { SSEWriter.append(data: chunk, to: &out) }
        }
        var metadata = AnswerMetadata()
        metadata.usage = usage(events)
        if metadata.usage != nil {
            metadata.model = model
            OpenAIStream.appendUsage(id: id, created: created, metadata: metadata, hub: false, to: &out)
        }
        OpenAIStream.appendEnd(to: &out)
    }

    private static func usage(_ events: [ChatEvent]) -> TokenUsage? {
        for case .usage(let usage) in events.reversed() { return usage }
        return nil
    }
}
