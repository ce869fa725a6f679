internal import Dialects
internal import HubCore
internal import Providers

enum ProviderKind: String, Sendable, CaseIterable {
    case openai, anthropic, google, azure, bedrock, compatible, simulated
}

/// How a provider's requests of batches are made.
enum BatchRoute: String, Sendable, CaseIterable {
    case provider, local
}

extension ProviderKind {
    /// Nil: it has no batches that the hub uses. A server that speaks OpenAI's form may have them; Azure has them for
    /// deployments that serve nothing else.
    var batchDefault: BatchRoute? {
        switch self {
        case .openai, .anthropic, .google: .provider
        case .compatible, .azure: .local
        case .bedrock, .simulated: nil
        }
    }
}

/// One entry of `providers`.
struct ProviderConfiguration: ConfigurationGroup {
    var id = ""
    /// As written; see `kind`.
    var givenKind: ProviderKind?
    var isEnabled = true
    var connection = ProviderConnection()

    /// The kind written, else the one that the id names, else `compatible`.
    var kind: ProviderKind {
        givenKind ?? ProviderKind(rawValue: id) ?? .compatible
    }
}

/// The `config` of a provider: how it is reached and what it offers.
struct ProviderConnection: ConfigurationGroup {
    var apiKey: Credential?
    /// Used in turn with it, and in its place when it is refused.
    var furtherKeys: [Credential] = []
    var baseURL: HTTPURL?
    /// Nil for `TimeoutConfiguration.providerFirstToken`.
    var timeout: Duration?
    /// Empty for what the provider itself lists or the built-in catalogue.
    var models: [ModelConfiguration] = []
    /// In the catalogue; nil for the one that the kind or the id names.
    var vendor: String?
    /// Azure: from model to deployment; `*` for all others.
    var deployments: [String: String] = [:]
    var apiVersion: String?
    var region: String?
    /// Bedrock: a key pair of AWS in place of the machine's.
    var accessKeyID: String?
    var secretAccessKey: Credential?
    var sessionToken: Credential?
    /// What came of these, the `aws_*` keys and where the hub runs.
    var awsCredentials: AWSCredentialSource?
    /// Google: the key file of a service account, to call through Vertex AI.
    var serviceAccount: Credential?
    /// Of Google Cloud; nil: the account's own.
    var project: String?
    /// Of Vertex AI; nil: `global`.
    var location: String?
    var organization: String?
    /// Sent with every call. Values are secrets: gateways in front of providers authenticate by such headers.
    var headers: [String: Secret] = [:]
    /// The header that carries the key, and the word before it; an empty scheme sends the key alone. Nil: the kind's.
    var authenticationHeader: String?
    var authenticationScheme: String?
    /// After the base URL. Nil: the kind's.
    var chatPath: String?
    var modelsPath: String?
    /// Nil: text completions are asked as chats, but of OpenAI's models that are no chat models.
    var completionsPath: String?
    /// Nil: none, but OpenAI's.
    var responsesPath: String?
    /// Nil: `/embeddings`.
    var embeddingsPath: String?
    /// Nil: its models do not go on with a text.
    var textContinuation: TextContinuation?
    /// Nil: as its kind has it.
    var batch: BatchRoute?
    /// A share under round-robin.
    var weight = 1
    /// Ascending under failover.
    var priority = 0
    /// What routes may ask for.
    var tags: [String] = []
    var maximumConnections = 100
    var simulated = SimulatedConfiguration()
}

struct ModelConfiguration: ConfigurationGroup {
    var id = ""
    /// `chat`, `embeddings`, `vision`, `tools` and the like; empty for unknown.
    var capabilities: [String] = []
    /// Tokens.
    var contextWindow: Int?
    var maximumOutputTokens: Int?
    var pricing: ModelPricing?
    /// Nil: by its capabilities.
    var modelClass: ModelClass?
    /// Nil: its class's.
    var firstToken: Duration?
    var idle: Duration?
    var total: Duration?
}

/// How the simulated provider behaves.
struct SimulatedConfiguration: ConfigurationGroup {
    var seed: UInt64 = 1
    var timeToFirstToken = Duration.milliseconds(50)
    var tokensPerSecond = 50.0
    /// 0...1 of each delay.
    var jitter = 0.0
    var outputTokens = 64
    /// 0...1 of the calls fail with one of `faults`.
    var faultRate = 0.0
    var faults: [SimulatedOptions.Fault] = []
    /// Fails every call.
    var forcedFault: SimulatedOptions.Fault?
}
