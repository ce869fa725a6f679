internal import Dialects
internal import HTTPServer
internal import Wire

/// The dialect in which a path's errors are written.
enum ErrorForm: Sendable {
    case hub, openAI, anthropic, gemini, bedrock

    init(path: String) {
        switch path {
        case "/v1/chat/completions", "/v1/embeddings", "/v1/responses", "/v1/models", "/v1/files", "/v1/batches":
            self = .openAI
        case "/v1/messages", "/v1/messages/count_tokens": self = .anthropic
        case _ where path.hasPrefix("/model/"): self = .bedrock
        case _ where path.hasPrefix("/v1beta/") || Self.isGemini(path): self = .gemini
        default:
            let areOpenAIs = ["/v1/models/", "/v1/responses/", "/v1/files/", "/v1/batches/"]
            self = areOpenAIs.contains { path.hasPrefix($0) } ? .openAI : .hub
        }
    }

    /// What Google's clients ask for under /v1.
    private static func isGemini(_ path: String) -> Bool {
        path.hasSuffix(":generateContent") || path.hasSuffix(":streamGenerateContent") || path.hasSuffix(":countTokens")
    }

    private func render(_ error: HubError, requestID: String) -> [UInt8] {
        switch self {
        case .hub: UnifiedErrors.render(error, requestID: requestID)
        case .openAI: OpenAIErrors.render(error)
        case .anthropic: AnthropicErrors.render(error, requestID: requestID)
        case .gemini: GeminiErrors.render(error)
        case .bedrock: BedrockErrors.render(error)
        }
    }

    /// The answer that tells of an error, without the fields that every answer has.
    func response(_ error: HubError, requestID: String) -> HTTPResponse {
        var response = HTTPResponse(
            status: error.status, contentType: "application/json", body: render(error, requestID: requestID))
        switch self {
        case .anthropic: response.head.add("request-id", requestID)
        case .bedrock:
            response.head.add("x-amzn-errortype", BedrockErrors.type(of: error))
            response.head.add("x-amzn-requestid", requestID)
        case .hub, .openAI, .gemini: break
        }
        AnswerFields.add(error, to: &response.head)
        return response
    }
}
