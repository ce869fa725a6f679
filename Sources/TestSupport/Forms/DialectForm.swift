public import Dialects
public import Wire

/// Every dialect's readers and writers behind one name, for what is to hold of all of them.
public enum DialectForm {
    // MARK: Read

    /// The chunks of a stream that comes in pieces.
    public static func chunks(_ dialect: WireDialect, _ pieces: [ArraySlice<UInt8>]) throws(HubError) -> [StreamChunk] {
        try StreamChunk.all(dialect, pieces, provider: "acme")
    }

    /// What the chunks of one stream say.
    public static func events(_ chunks: [StreamChunk]) -> [ChatEvent] {
        var reader = EventReader(fallbackID: "msg_x")
        var events: [ChatEvent] = []
        for chunk in chunks { reader.read(chunk, into: &events) }
        return events
    }

    /// What a whole stream says.
    public static func events(_ dialect: WireDialect, _ bytes: [UInt8]) throws(HubError) -> [ChatEvent] {
        events(try chunks(dialect, [bytes[...]]))
    }

    /// A whole answer.
    public static func answer(_ dialect: WireDialect, _ bytes: [UInt8]) throws(HubError) -> CompletionResponse {
        switch dialect {
        case .openAI: try OpenAIResponse.parse(bytes, provider: "acme")
        case .anthropic: try AnthropicResponse.parse(bytes, provider: "acme")
        case .responses: try ResponsesResponse.parse(bytes, provider: "acme")
        case .gemini: try GeminiResponse.parse(bytes, provider: "acme")
        case .bedrock: try BedrockResponse.parse(bytes, provider: "acme")
        }
    }

    /// An answer of another status than 200.
    public static func failure(_ dialect: WireDialect, _ body: [UInt8], status: Int) -> HubError {
        switch dialect {
        case .openAI: OpenAIErrors.parse(status: status, body: body, provider: "acme", retryAfter: nil)
        case .anthropic: AnthropicErrors.parse(status: status, body: body, provider: "acme", retryAfter: nil)
        case .responses: ResponsesErrors.parse(status: status, body: body, provider: "acme", retryAfter: nil)
        case .gemini: GeminiErrors.parse(status: status, body: body, provider: "acme", retryAfter: nil)
        case .bedrock: BedrockErrors.parse(status: status, type: nil, body: body, provider: "acme", retryAfter: nil)
        }
    }

    /// A client's request.
    public static func request(_ dialect: WireDialect, _ body: JSONValue) throws(HubError) -> ChatRequest {
        switch dialect {
        case .openAI: try OpenAIRequest.canonical(body)
        case .anthropic: try AnthropicRequest.canonical(body)
        case .responses: try ResponsesRequest.canonical(body)
        case .gemini: try GeminiRequest.canonical(body)
        case .bedrock: try BedrockRequest.canonical(body)
        }
    }

    // MARK: Written

    /// A stream of these events.
    public static func stream(_ events: [ChatEvent], as dialect: WireDialect) -> [UInt8] {
        AnswerWriting.stream(events, as: dialect, id: id(dialect), created: 1, model: "m")
    }

    /// A whole answer.
    public static func whole(_ response: ChatResponse, as dialect: WireDialect) -> [UInt8] {
        AnswerWriting.whole(response, as: dialect, id: id(dialect), created: 1, model: "m")
    }

    private static func id(_ dialect: WireDialect) -> String {
        switch dialect {
        case .openAI: "chatcmpl-1"
        case .anthropic: "msg_1"
        case .responses, .gemini, .bedrock: "resp_1"
        }
    }

    /// A server that takes back all that was handed out.
    private static let compatibleWithGoogles: OpenAITarget = {
        var target = OpenAITarget.compatible
        target.takesExtraContent = true
        return target
    }()

    /// A request for a model that takes much.
    public static func request(
        _ request: ChatRequest, as dialect: WireDialect, _ report: inout TranslationReport
    ) -> [UInt8] {
        switch dialect {
        case .openAI:
            OpenAIRequest.render(request, model: "m", target: compatibleWithGoogles, report: &report)
        case .anthropic:
            AnthropicRequest.render(
                request, model: "m", target: AnthropicTarget(model: "claude-sonnet-4-5"), report: &report)
        case .responses:
            ResponsesRequest.render(request, model: "m", target: ResponsesTarget(model: "gpt-5"), report: &report)
        case .gemini:
            GeminiRequest.render(request, target: GeminiTarget(model: "gemini-3.5-flash"), report: &report)
        case .bedrock:
            BedrockRequest.render(
                request, target: BedrockTarget(model: "anthropic.claude-sonnet-4-5"), report: &report)
        }
    }
}
