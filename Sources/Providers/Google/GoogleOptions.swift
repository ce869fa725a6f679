public import HubCore
internal import Wire

/// How Gemini is reached: Google's own service with a key, a server that speaks like it, or Vertex AI.
public struct GoogleOptions: Sendable {
    public var providerID: String
    /// Without a version: `https://generativelanguage.googleapis.com`.
    public var baseURL: String
    /// Calls go through Vertex AI, with tokens of its account in place of a key.
    public var vertex: VertexOptions?
    /// Sent in a header, never in the URL, which would end up in logs. Nil: the server needs none.
    public var apiKey: String?
    /// Written before the key; empty for the key alone.
    public var authenticationHeader = "x-goog-api-key"
    public var authenticationScheme = ""
    /// The first segment of every path.
    public var version = "v1beta"
    /// Has Gemini's batches, and is to be asked by them where all of a batch goes there. Not of Vertex AI.
    public var takesBatches = false
    /// Sent with every call.
    public var headers: [(name: String, value: String)] = []
    public var models: [ModelFacts] = []
    /// Whose models of the catalogue these are; nil: by kind or id.
    public var vendor: String?
    public var firstTokenTimeout: Duration?
    /// Connections in use at once; one call more waits.
    public var maximumConnections = 100
    /// How long it waits before it is `overloaded`.
    public var connectionPatience = Duration.seconds(2)

    public init(providerID: String, baseURL: String, apiKey: String? = nil) {
        self.providerID = providerID
        self.baseURL = baseURL
        self.apiKey = apiKey
    }

    /// - Parameter baseURL: nil for the service of the location.
    public init(providerID: String, vertex: VertexOptions, baseURL: String? = nil) {
        self.init(providerID: providerID, baseURL: baseURL ?? vertex.baseURL)
        self.vertex = vertex
        version = "v1"
    }

    /// The URL up to the models' names.
    var modelsURL: String {
        guard let vertex else { return "\(baseURL)/\(version)/models" }
        return "\(baseURL)/\(version)/projects/\(PercentEncoding.encode(vertex.project))"
            + "/locations/\(PercentEncoding.encode(vertex.location))/publishers/google/models"
    }

    /// A free call that lists models. Vertex has it in no other version.
    var listURL: String {
        vertex == nil ? modelsURL + "?pageSize=1000" : "\(baseURL)/v1beta1/publishers/google/models?pageSize=300"
    }

    /// Sent with every call, but for what changes with time. To name a project for the quota takes a permission of its own, so
    /// it is done where the account's file or the configured headers do.
    var allHeaders: [(name: String, value: String)] {
        guard let vertex else { return headersWithKey }
        let name = "x-goog-user-project"
        guard let project = vertex.account.quotaProjectID, !headers.contains(where: { $0.name.lowercased() == name })
        else { return headers }
        return headers + [(name, project)]
    }
}
