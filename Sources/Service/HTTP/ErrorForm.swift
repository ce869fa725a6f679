internal import Dialects
internal import HTTPServer
internal import Wire

/// The dialect in which a path's errors are written.
enum ErrorForm: Sendable {
    case hub, openAI, anthropic

    init(path: String) {
        switch path {
        case "/v1/chat/completions", "/v1/embeddings", "/v1/responses", "/v1/models": self = .openAI
        case "/v1/messages", "/v1/messages/count_tokens": self = .anthropic
        default: self = path.hasPrefix("/v1/models/") || path.hasPrefix("/v1/responses/") ? .openAI : .hub
        }
    }

    func render(_ error: HubError, requestID: String) -> [UInt8] {
        switch self {
        case .hub: UnifiedErrors.render(error, requestID: requestID)
        case .openAI: OpenAIErrors.render(error)
        case .anthropic: AnthropicErrors.render(error, requestID: requestID)
        }
    }
}
