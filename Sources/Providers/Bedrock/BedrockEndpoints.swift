internal import Dialects
internal import HTTPClient
internal import Wire

/// An URL of Bedrock with the parts that are signed.
struct BedrockEndpoint: Sendable {
    let http: HTTPEndpoint
    let method: String
    /// As they go over the wire.
    let host: String
    let path: String
    let query: String

    /// - Parameters:
    ///   - root: without a slash at its end.
    ///   - path: after the root, encoded.
    init(
        method: String, root: String, path: String, query: String = "", headers: [(name: String, value: String)]
    ) throws(HTTPClientError) {
        self.method = method
        self.query = query
        let isSecure = root.hasPrefix("https://")
        let rest = root.dropFirst(isSecure ? "https://".count : "http://".count)
        var host = rest.prefix { $0 != "/" }
        // The usual port is not written into the header.
        let usual = isSecure ? ":443" : ":80"
        if host.hasSuffix(usual) { host = host.dropLast(usual.count) }
        self.host = String(host)
        self.path = rest.drop { $0 != "/" } + path
        http = try HTTPEndpoint(
            method: method, url: root + path + (query.isEmpty ? "" : "?\(query)"), headers: headers)
    }
}

/// The URLs of models, each made once: the model and what is asked of it are in the path.
final class BedrockEndpoints: Sendable {
    enum Action: String, Hashable, Sendable {
        case converse
        case stream = "converse-stream"
        case count = "count-tokens"
        /// In the model's own form.
        case invoke
    }

    private let root: String
    private let headers: [(name: String, value: String)]
    private let kept = KeptEndpoints<Action, BedrockEndpoint>()

    /// - Parameter root: the URL up to the models, without a slash at its end.
    init(root: String, headers: [(name: String, value: String)]) {
        self.root = root
        self.headers = headers
    }

    func endpoint(_ model: String, _ action: Action) throws(HubError) -> BedrockEndpoint {
        try kept.endpoint(model, action) { () throws(HTTPClientError) in
            // Dots alone would lead elsewhere, in whatever encoding.
            guard !model.allSatisfy({ $0 == "." }) else { throw .invalidRequest("a path of dots") }
            return try BedrockEndpoint(
                method: "POST", root: root, path: "/model/\(PercentEncoding.encode(model))/\(action.rawValue)",
                headers: headers + [("content-type", "application/json")])
        }
    }
}
