internal import Dialects
internal import HTTPClient

/// How the answers of one dialect come over HTTP.
protocol AnswerForm {
    associatedtype Decoder: StreamDecoding

    /// A whole answer of status 2xx. Throws what it holds instead of one.
    static func answer(_ body: [UInt8], provider: String) throws(HubError) -> CompletionResponse

    /// An answer of another status, whose body may be anything.
    static func failure(status: Int, headers: HTTPClientHeaders, body: [UInt8], provider: String) -> HubError
}

/// OpenAI's chat completions.
enum OpenAIAnswers: AnswerForm {
    typealias Decoder = OpenAIStreamDecoder

    static func answer(_ body: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        try OpenAIResponse.parse(body, provider: provider)
    }

    static func failure(status: Int, headers: HTTPClientHeaders, body: [UInt8], provider: String) -> HubError {
        OpenAIErrors.parse(status: status, body: body, provider: provider, retryAfter: RetryAfter.seconds(headers))
    }
}

/// OpenAI's Responses.
enum ResponsesAnswers: AnswerForm {
    typealias Decoder = ResponsesStreamDecoder

    static func answer(_ body: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        try ResponsesResponse.parse(body, provider: provider)
    }

    static func failure(status: Int, headers: HTTPClientHeaders, body: [UInt8], provider: String) -> HubError {
        ResponsesErrors.parse(status: status, body: body, provider: provider, retryAfter: RetryAfter.seconds(headers))
    }
}

/// Anthropic's messages.
enum AnthropicAnswers: AnswerForm {
    typealias Decoder = AnthropicStreamDecoder

    static func answer(_ body: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        try AnthropicResponse.parse(body, provider: provider)
    }

    static func failure(status: Int, headers: HTTPClientHeaders, body: [UInt8], provider: String) -> HubError {
        AnthropicErrors.parse(status: status, body: body, provider: provider, retryAfter: RetryAfter.seconds(headers))
    }
}

/// Gemini's `generateContent`.
enum GeminiAnswers: AnswerForm {
    typealias Decoder = GeminiStreamDecoder

    static func answer(_ body: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        try GeminiResponse.parse(body, provider: provider)
    }

    static func failure(status: Int, headers: HTTPClientHeaders, body: [UInt8], provider: String) -> HubError {
        GeminiErrors.parse(status: status, body: body, provider: provider, retryAfter: RetryAfter.seconds(headers))
    }
}
