internal import Dialects
internal import HTTPClient
internal import Synchronization
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

    private struct Key: Hashable {
        var model: String
        var action: Action
    }

    /// Names come from clients: more are made anew for each call.
    private static let keptCount = 512

    private let root: String
    private let headers: [(name: String, value: String)]
    private let kept = Mutex<[Key: HTTPEndpoint]>([:])

    /// - Parameter root: the URL up to the models, without a slash at its end.
    init(root: String, headers: [(name: String, value: String)]) {
        self.root = root
        self.headers = headers
    }

    func endpoint(_ model: String, _ action: Action) throws(HubError) -> HTTPEndpoint {
        let key = Key(model: model, action: action)
        if let endpoint = kept.withLock({ $0[key] }) { return endpoint }
        let url = "\(root)/\(PercentEncoding.encode(model)):\(action.rawValue)"
        let endpoint: HTTPEndpoint
        do throws(HTTPClientError) {
            endpoint = try HTTPEndpoint(
                method: "POST", url: url, headers: headers + [("content-type", "application/json")])
        } catch {
            throw HubError(.modelNotFound, "\(model) is not the name of a model", parameter: "model")
        }
        kept.withLock { if $0.count < Self.keptCount { $0[key] = endpoint } }
        return endpoint
    }
}
