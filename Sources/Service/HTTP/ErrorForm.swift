internal import Dialects
internal import HTTPServer
internal import Wire

/// The dialect in which a path's errors are written.
enum ErrorForm: Sendable {
    case hub, openAI

    init(path: String) {
        switch path {
        case "/v1/chat/completions", "/v1/embeddings", "/v1/responses", "/v1/models": self = .openAI
        default: self = path.hasPrefix("/v1/models/") || path.hasPrefix("/v1/responses/") ? .openAI : .hub
        }
    }

    func render(_ error: HubError, requestID: String) -> [UInt8] {
        switch self {
        case .hub: UnifiedErrors.render(error, requestID: requestID)
        case .openAI: OpenAIErrors.render(error)
        }
    }
}
