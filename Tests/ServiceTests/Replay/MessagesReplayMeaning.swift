import Dialects
import TestSupport
import Wire

/// What an answer says, whatever its dialect.
enum MessagesReplayMeaning {
    static func read(_ body: [UInt8], _ dialect: WireDialect, isStream: Bool) throws(HubError) -> ChatResponse {
        guard isStream else {
            let answer =
                switch dialect {
                case .openAI: try OpenAIResponse.parse(body, provider: "acme")
                case .anthropic: try AnthropicResponse.parse(body, provider: "acme")
                case .responses: try ResponsesResponse.parse(body, provider: "acme")
                case .gemini: try GeminiResponse.parse(body, provider: "acme")
                case .bedrock: try BedrockResponse.parse(body, provider: "acme")
                }
            return answer.canonical(fallbackID: "x")
        }
        return try read([body[...]], dialect)
    }

    /// A stream that comes in pieces.
    static func read(_ pieces: [ArraySlice<UInt8>], _ dialect: WireDialect) throws(HubError) -> ChatResponse {
        var reader = EventReader(fallbackID: "x")
        var events: [ChatEvent] = []
        for chunk in try chunks(pieces, dialect) { reader.read(chunk, into: &events) }
        return ChatAssembly(events).response
    }

    static func chunks(_ body: [UInt8], _ dialect: WireDialect) throws(HubError) -> [StreamChunk] {
        try chunks([body[...]], dialect)
    }

    private static func chunks(
        _ body: [ArraySlice<UInt8>], _ dialect: WireDialect
    ) throws(HubError) -> [StreamChunk] {
        switch dialect {
        case .openAI: try decode(OpenAIStreamDecoder(provider: "acme"), body)
        case .anthropic: try decode(AnthropicStreamDecoder(provider: "acme"), body)
        case .responses: try decode(ResponsesStreamDecoder(provider: "acme"), body)
        case .gemini: try decode(GeminiStreamDecoder(provider: "acme"), body)
        case .bedrock: try decode(BedrockStreamDecoder(provider: "acme"), body)
        }
    }

    private static func decode(
        _ decoder: some StreamDecoding, _ pieces: [ArraySlice<UInt8>]
    ) throws(HubError) -> [StreamChunk] {
        var decoder = decoder
        var chunks: [StreamChunk] = []
        for piece in pieces {
            piece.withUnsafeBytes { decoder.feed($0) }
            while let chunk = try decoder.next() { chunks.append(chunk) }
        }
        if let last = try decoder.finish() { chunks.append(last) }
        return chunks
    }

    /// A request of that dialect.
    static func request(_ body: JSONValue, _ dialect: WireDialect) throws(HubError) -> ChatRequest {
        switch dialect {
        case .openAI: try OpenAIRequest.canonical(body)
        case .anthropic: try AnthropicRequest.canonical(body)
        case .responses: try ResponsesRequest.canonical(body)
        case .gemini: try GeminiRequest.canonical(body)
        case .bedrock: try BedrockRequest.canonical(body)
        }
    }

    /// An answer of another status than 200.
    static func failure(_ body: [UInt8], _ dialect: WireDialect, status: Int) -> HubError {
        switch dialect {
        case .openAI: OpenAIErrors.parse(status: status, body: body, provider: "acme", retryAfter: nil)
        case .anthropic: AnthropicErrors.parse(status: status, body: body, provider: "acme", retryAfter: nil)
        case .responses: ResponsesErrors.parse(status: status, body: body, provider: "acme", retryAfter: nil)
        case .gemini: GeminiErrors.parse(status: status, body: body, provider: "acme", retryAfter: nil)
        case .bedrock: BedrockErrors.parse(status: status, type: nil, body: body, provider: "acme", retryAfter: nil)
        }
    }
}
