public import HubCore

/// How Bedrock is reached.
public struct BedrockOptions: Sendable {
    public enum Authorization: Sendable {
        /// A Bedrock API key, sent as bearer token.
        case key(String)
        /// Each request is signed.
        case signature(AWSCredentialSource)
    }

    public var providerID: String
    public var region: String
    public var authorization: Authorization
    /// In place of the region's own URLs, for calls and for the list of models.
    public var baseURL: String?
    /// Of the metadata service of machines.
    public var instanceURL = "http://169.254.169.254"
    /// Reads a file, or nil; may block.
    public var readFile: @Sendable (String) -> [UInt8]? = { _ in nil }
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

    public init(providerID: String, region: String, authorization: Authorization) {
        self.providerID = providerID
        self.region = region
        self.authorization = authorization
    }

    private var domain: String { region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com" }

    /// Where models are called.
    var runtimeURL: String { baseURL ?? "https://bedrock-runtime.\(region).\(domain)" }
    /// Where they are listed.
    var controlURL: String { baseURL ?? "https://bedrock.\(region).\(domain)" }
}
