public import HubCore

/// How Anthropic's messages are reached: its own service, or a server that speaks like it.
public struct AnthropicOptions: Sendable {
    public var providerID: String
    /// Without a version: `https://api.anthropic.com`.
    public var baseURL: String
    /// Nil: the server needs none.
    public var apiKey: String?
    /// Written before the key; empty for the key alone. With OAuth tokens: `authorization` and `Bearer`.
    public var authenticationHeader = "x-api-key"
    public var authenticationScheme = ""
    /// The header `anthropic-version`.
    public var version = "2023-06-01"
    /// Appended to the base URL.
    public var messagesPath = "/v1/messages"
    public var modelsPath = "/v1/models"
    /// Has Anthropic's message batches, below `messagesPath`, and is to be asked by them where all of a batch goes there.
    public var takesBatches = false
    /// Sent with every call. Flags of an `anthropic-beta` among them are sent beside the client's.
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
}
