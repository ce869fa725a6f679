public import HubCore

/// How Azure's OpenAI service, or a Foundry resource, is reached.
public struct AzureOptions: Sendable {
    public var providerID: String
    /// The resource's URL: `https://NAME.openai.azure.com`; with `/openai/v1` for the v1 surface, or with `/models` for
    /// Foundry's model inference.
    public var endpoint: String
    /// A key, or a token of Entra ID.
    public var apiKey: String?
    /// A day such as `2024-10-21`; `v1` or `preview` for the v1 surface. Nil: each surface's own.
    public var apiVersion: String?
    /// From model to deployment; `*`: all others. A model that is not there has a deployment of its own name.
    public var deployments: [String: String] = [:]
    /// Its deployments are of a batch type, and batches are to be made of what goes there.
    public var takesBatches = false
    /// `Authorization` for a token of Entra ID.
    public var authenticationHeader = "api-key"
    /// Sent with every call.
    public var headers: [(name: String, value: String)] = []
    public var models: [ModelFacts] = []
    /// Whose models of the catalogue these are; nil: Azure's.
    public var vendor: String?
    public var firstTokenTimeout: Duration?
    public var maximumConnections = 100

    public init(providerID: String, endpoint: String, apiKey: String? = nil) {
        self.providerID = providerID
        self.endpoint = endpoint
        self.apiKey = apiKey
    }

    /// Those configured, and those that have a deployment.
    var offeredModels: [ModelFacts] {
        let known = Set(models.map(\.id))
        let deployed = deployments.keys.filter { $0 != "*" && !known.contains($0) }.sorted()
        return models + deployed.map { ModelFacts(id: $0) }
    }

    /// As a provider of OpenAI's form; the URLs are Azure's own.
    var asOpenAIForm: OpenAIFormOptions {
        var options = OpenAIFormOptions(providerID: providerID, kind: .azure, baseURL: endpoint, apiKey: apiKey)
        options.authenticationHeader = authenticationHeader
        options.authenticationScheme = authenticationHeader.lowercased() == "authorization" ? "Bearer" : ""
        options.headers = headers
        options.models = offeredModels
        options.vendor = vendor
        options.textModelPrefixes = ["gpt-35-turbo-instruct", "gpt-3.5-turbo-instruct"]
        options.firstTokenTimeout = firstTokenTimeout
        options.maximumConnections = maximumConnections
        let layout = AzureEndpoints.layout(self)
        options.reportsStreamUsage = layout.reportsStreamUsage
        options.takesBatches = takesBatches
        options.batchPathsHaveVersion = layout.kind == .v1
        return options
    }
}
