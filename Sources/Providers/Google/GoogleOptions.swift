public import HubCore

/// How Gemini is reached: Google's own service with a key, or a server that speaks like it.
public struct GoogleOptions: Sendable {
    public var providerID: String
    /// Without a version: `https://generativelanguage.googleapis.com`.
    public var baseURL: String
    /// Sent in a header, never in the URL, which would end up in logs. Nil: the server needs none.
    public var apiKey: String?
    /// Written before the key; empty for the key alone.
    public var authenticationHeader = "x-goog-api-key"
    public var authenticationScheme = ""
    /// The first segment of every path.
    public var version = "v1beta"
    /// Sent with every call.
    public var headers: [(name: String, value: String)] = []
    public var models: [ModelFacts] = []
    /// Whose models of the catalogue these are; nil: by kind or id.
    public var vendor: String?
    public var firstByteTimeout: Duration?
    /// Connections in use at once; one call more waits.
    public var maximumConnections = 100
    /// How long it waits before it is `overloaded`.
    public var connectionPatience = Duration.seconds(2)

    public init(providerID: String, baseURL: String, apiKey: String? = nil) {
        self.providerID = providerID
        self.baseURL = baseURL
        self.apiKey = apiKey
    }
}
