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

/// The form of a dialect whose errors say all in status and body.
protocol PlainAnswerForm: AnswerForm {
    associatedtype Response: WireResponse
    associatedtype Errors: WireErrors
}

extension PlainAnswerForm {
    static func answer(_ body: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        try Response.parse(body, provider: provider)
    }

    static func failure(status: Int, headers: HTTPClientHeaders, body: [UInt8], provider: String) -> HubError {
        Errors.parse(status: status, body: body, provider: provider, retryAfter: RetryAfter.seconds(headers))
    }
}

/// OpenAI's chat completions.
enum OpenAIAnswers: PlainAnswerForm {
    typealias Decoder = OpenAIStreamDecoder
    typealias Response = OpenAIResponse
    typealias Errors = OpenAIErrors
}

/// OpenAI's Responses.
enum ResponsesAnswers: PlainAnswerForm {
    typealias Decoder = ResponsesStreamDecoder
    typealias Response = ResponsesResponse
    typealias Errors = ResponsesErrors
}

/// Anthropic's messages.
enum AnthropicAnswers: PlainAnswerForm {
    typealias Decoder = AnthropicStreamDecoder
    typealias Response = AnthropicResponse
    typealias Errors = AnthropicErrors
}

/// Gemini's `generateContent`.
enum GeminiAnswers: PlainAnswerForm {
    typealias Decoder = GeminiStreamDecoder
    typealias Response = GeminiResponse
    typealias Errors = GeminiErrors
}

/// Bedrock's Converse.
enum BedrockAnswers: AnswerForm {
    typealias Decoder = BedrockStreamDecoder

    static func answer(_ body: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        try BedrockResponse.parse(body, provider: provider)
    }

    static func failure(status: Int, headers: HTTPClientHeaders, body: [UInt8], provider: String) -> HubError {
        BedrockErrors.parse(
            status: status, type: headers["x-amzn-errortype"], body: body, provider: provider,
            retryAfter: RetryAfter.seconds(headers))
    }
}
