/// What the lines of a batch may ask for.
public enum BatchEndpoint: String, Sendable, CaseIterable {
    case chat = "/v1/chat/completions"
    case embeddings = "/v1/embeddings"
    case responses = "/v1/responses"

    public var form: CallInput.Form {
        switch self {
        case .chat: .openAI
        case .embeddings: .embeddings
        case .responses: .responses
        }
    }
}
