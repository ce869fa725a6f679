internal import Dialects
internal import HTTPClient
internal import Wire

/// The URLs of Gemini's models, each made once: the model and what is asked of it are in the path.
final class GoogleEndpoints: Sendable {
    enum Action: String, Hashable, Sendable {
        case generate = "generateContent"
        /// Asked for as events; without that it is one JSON array.
        case stream = "streamGenerateContent?alt=sse"
        case count = "countTokens"
        case embedBatch = "batchEmbedContents"
        /// Vertex's ways to embed.
        case embed = "embedContent"
        case predict
    }

    private let root: String
    private let headers: [(name: String, value: String)]
    private let kept = KeptEndpoints<Action, HTTPEndpoint>()

    /// - Parameter root: the URL up to the models, without a slash at its end.
    init(root: String, headers: [(name: String, value: String)]) {
        self.root = root
        self.headers = headers
    }

    func endpoint(_ model: String, _ action: Action) throws(HubError) -> HTTPEndpoint {
        try kept.endpoint(model, action) { () throws(HTTPClientError) in
            try HTTPEndpoint(
                method: "POST", url: "\(root)/\(PercentEncoding.encode(model)):\(action.rawValue)",
                headers: headers + [("content-type", "application/json")])
        }
    }
}
