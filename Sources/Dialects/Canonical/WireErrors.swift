public import Wire

/// The errors of providers of one dialect.
public protocol WireErrors {
    /// Classifies an answer with a status other than 2xx. The body may be anything.
    /// - Parameter retryAfter: of the response headers, in seconds.
    static func parse(status: Int, body: [UInt8], provider: String, retryAfter: Int?) -> HubError

    /// The error that stands where an answer or an event was expected; nil if there is none.
    static func parseInside(_ body: JSONValue, provider: String) -> HubError?
}

extension OpenAIErrors: WireErrors {}
extension AnthropicErrors: WireErrors {}
extension ResponsesErrors: WireErrors {}
extension GeminiErrors: WireErrors {}

/// The whole answers of providers of one dialect.
public protocol WireResponse {
    /// Reads an answer of status 2xx. Throws the error that is inside it, and `provider_bad_response` for what is no answer.
    static func parse(_ bytes: [UInt8], provider: String) throws(HubError) -> CompletionResponse
}

extension OpenAIResponse: WireResponse {}
extension AnthropicResponse: WireResponse {}
extension ResponsesResponse: WireResponse {}
extension GeminiResponse: WireResponse {}
