internal import HTTPClient
internal import HubCore

/// One of the forms in which OpenAI, and servers like it, are called.
enum OpenAISurface: Sendable {
    case chat, text, responses, embeddings
}

/// Where a call goes, and what the model is called there.
struct OpenAIPlace {
    let endpoint: HTTPEndpoint
    let model: String
}

/// The URLs of a provider.
protocol OpenAIEndpoints: Sendable {
    /// A free call that shows whether the server is there.
    var models: HTTPEndpoint { get }

    func has(_ surface: OpenAISurface) -> Bool

    /// Nil where the server has no such surface.
    func place(_ surface: OpenAISurface, model: String) throws(HTTPClientError) -> OpenAIPlace?

    /// Where its files and batches are, and what every URL of theirs ends with; nil where it has none.
    var batches: (root: String, query: String?)? { get }
}

/// One URL per form, whatever the model.
struct FixedEndpoints: OpenAIEndpoints {
    let models: HTTPEndpoint
    private let chat: HTTPEndpoint
    private let text: HTTPEndpoint?
    private let responses: HTTPEndpoint?
    private let embeddings: HTTPEndpoint
    let batches: (root: String, query: String?)?

    init(_ options: OpenAIFormOptions) throws(HTTPClientError) {
        let headers = options.headersWithKey
        let withBody = headers + [("content-type", "application/json")]
        func endpoint(_ path: String) throws(HTTPClientError) -> HTTPEndpoint {
            try HTTPEndpoint(method: "POST", url: options.baseURL + path, headers: withBody)
        }
        chat = try endpoint(options.chatPath)
        embeddings = try endpoint(options.embeddingsPath)
        if let path = options.completionsPath { text = try endpoint(path) } else { text = nil }
        if let path = options.responsesPath { responses = try endpoint(path) } else { responses = nil }
        batches = (options.baseURL, nil)
        models = try HTTPEndpoint(method: "GET", url: options.baseURL + options.modelsPath, headers: headers)
    }

    func has(_ surface: OpenAISurface) -> Bool { endpoint(surface) != nil }

    func place(_ surface: OpenAISurface, model: String) -> OpenAIPlace? {
        endpoint(surface).map { OpenAIPlace(endpoint: $0, model: model) }
    }

    private func endpoint(_ surface: OpenAISurface) -> HTTPEndpoint? {
        switch surface {
        case .chat: chat
        case .text: text
        case .responses: responses
        case .embeddings: embeddings
        }
    }
}
