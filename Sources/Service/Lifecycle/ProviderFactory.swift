internal import Dialects
internal import HTTPClient
internal import HubCore
internal import Providers
internal import Reactor

/// Makes adapters from configuration.
struct ProviderFactory {
    let reactors: ReactorGroup
    let client: HTTPClient
    let health: HealthRecord
    let clock: any TimeSource

    private static let anthropicBaseURL = "https://api.anthropic.com"
    private static let googleBaseURL = "https://generativelanguage.googleapis.com"
    private static let openAIBaseURL = "https://api.openai.com/v1"

    /// One per entry that is not disabled; those that cannot be called say why when they are.
    func providers(_ configured: [ConfiguredProvider]) -> [any LLMProvider] {
        configured.filter { $0.readiness != .disabled }.map { entry in
            if case .notReady(let reason) = entry.readiness { return UnreadyProvider(entry, reason: reason) }
            do throws(HubError) {
                return try makeAll(entry)
            } catch {
                return UnreadyProvider(entry, reason: error.message)
            }
        }
    }

    /// One adapter for each key.
    private func makeAll(_ entry: ConfiguredProvider) throws(HubError) -> any LLMProvider {
        let further = entry.connection.furtherKeys.filter { $0.secret != nil }
        guard !further.isEmpty, let first = entry.connection.apiKey else { return try make(entry) }
        var members: [KeyedProvider.Member] = []
        for key in [first] + further {
            var connection = entry.connection
            connection.apiKey = key
            let provider = try make(
                ConfiguredProvider(
                    id: entry.id, kind: entry.kind, connection: connection, readiness: entry.readiness))
            let health = health.key(provider: entry.id, name: key.secret?.fingerprint ?? "")
            members.append(KeyedProvider.Member(provider, health))
        }
        return KeyedProvider(members, clock: clock)
    }

    private func make(_ entry: ConfiguredProvider) throws(HubError) -> any LLMProvider {
        switch entry.kind {
        case .simulated:
            return SimulatedProvider(SimulatedOptions(entry.connection.simulated), reactors: reactors)
        case .openai, .compatible:
            return try OpenAIFormProvider(openAIForm(entry), client: client)
        case .anthropic:
            return try AnthropicProvider(anthropic(entry), client: client)
        case .azure:
            return try OpenAIFormProvider(azure(entry), client: client)
        case .google:
            return try GoogleProvider(try google(entry), client: client)
        case .bedrock:
            return try BedrockProvider(try bedrock(entry), client: client)
        }
    }

    private func bedrock(_ entry: ConfiguredProvider) throws(HubError) -> BedrockOptions {
        let connection = entry.connection
        let authorization: BedrockOptions.Authorization
        if let key = connection.apiKey?.secret {
            authorization = .key(key.reveal())
        } else if let source = connection.awsCredentials {
            authorization = .signature(source)
        } else {
            throw HubError(.providerNotConfigured, "there are no credentials")
        }
        var options = BedrockOptions(
            providerID: entry.id, region: connection.region ?? "us-east-1", authorization: authorization)
        options.baseURL = connection.baseURL?.text
        options.readFile = { try? readFileFromDisk($0) }
        connection.apply(to: &options)
        return options
    }

    private func anthropic(_ entry: ConfiguredProvider) -> AnthropicOptions {
        let connection = entry.connection
        var options = AnthropicOptions(
            providerID: entry.id, baseURL: connection.baseURL?.text ?? Self.anthropicBaseURL,
            apiKey: connection.apiKey?.secret?.reveal())
        if let header = connection.authenticationHeader { options.authenticationHeader = header }
        // OAuth tokens go there, and need the word.
        let isAuthorization = options.authenticationHeader.lowercased() == "authorization"
        options.authenticationScheme = connection.authenticationScheme ?? (isAuthorization ? "Bearer" : "")
        if let path = connection.chatPath { options.messagesPath = path }
        if let path = connection.modelsPath { options.modelsPath = path }
        if let version = connection.apiVersion { options.version = version }
        options.takesBatches = entry.takesBatches
        connection.apply(to: &options)
        return options
    }

    private func google(_ entry: ConfiguredProvider) throws(HubError) -> GoogleOptions {
        let connection = entry.connection
        var options: GoogleOptions
        if let vertex = try vertex(connection) {
            options = GoogleOptions(providerID: entry.id, vertex: vertex, baseURL: connection.baseURL?.text)
        } else {
            options = GoogleOptions(
                providerID: entry.id, baseURL: connection.baseURL?.text ?? Self.googleBaseURL,
                apiKey: connection.apiKey?.secret?.reveal())
        }
        if let header = connection.authenticationHeader { options.authenticationHeader = header }
        if let scheme = connection.authenticationScheme { options.authenticationScheme = scheme }
        if let version = connection.apiVersion { options.version = version }
        options.takesBatches = entry.takesBatches
        connection.apply(to: &options)
        return options
    }

    private func vertex(_ connection: ProviderConnection) throws(HubError) -> VertexOptions? {
        guard let key = connection.serviceAccount?.secret else { return nil }
        let account = try GoogleServiceAccount(json: key.reveal())
        guard let project = connection.project ?? account.projectID else {
            throw HubError(.providerNotConfigured, "config.project is not set")
        }
        return VertexOptions(account: account, project: project, location: connection.location ?? "global")
    }

    private func azure(_ entry: ConfiguredProvider) -> AzureOptions {
        let connection = entry.connection
        var options = AzureOptions(
            providerID: entry.id, endpoint: connection.baseURL?.text ?? "", apiKey: connection.apiKey?.secret?.reveal())
        if let header = connection.authenticationHeader { options.authenticationHeader = header }
        options.apiVersion = connection.apiVersion
        options.deployments = connection.deployments
        options.takesBatches = entry.takesBatches
        connection.apply(to: &options)
        return options
    }

    private func openAIForm(_ entry: ConfiguredProvider) -> OpenAIFormOptions {
        let connection = entry.connection
        var options = OpenAIFormOptions(
            providerID: entry.id, kind: entry.kind == .openai ? .openai : .compatible,
            baseURL: connection.baseURL?.text ?? Self.openAIBaseURL, apiKey: connection.apiKey?.secret?.reveal())
        if let header = connection.authenticationHeader { options.authenticationHeader = header }
        if let scheme = connection.authenticationScheme { options.authenticationScheme = scheme }
        if let path = connection.chatPath { options.chatPath = path }
        if let path = connection.modelsPath { options.modelsPath = path }
        if let path = connection.embeddingsPath { options.embeddingsPath = path }
        options.responsesPath = connection.responsesPath ?? (entry.kind == .openai ? "/responses" : nil)
        options.completionsPath = connection.completionsPath
        options.textContinuation = connection.textContinuation
        options.takesBatches = entry.takesBatches
        if entry.kind == .openai, connection.completionsPath == nil {
            options.completionsPath = "/completions"
            options.textModelPrefixes = OpenAIFormOptions.openAITextModelPrefixes
        }
        connection.apply(to: &options)
        if let organization = connection.organization { options.headers.append(("OpenAI-Organization", organization)) }
        return options
    }
}

extension ConfiguredProvider {
    /// As its own batches where it has such at rates of their own, unless it is told otherwise.
    fileprivate var takesBatches: Bool { (connection.batch ?? kind.batchDefault) == .provider }
}

extension ProviderConnection {
    fileprivate func apply(to options: inout some ProviderOptions) {
        options.headers = headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value.reveal()) }
        options.models = models.map { ModelFacts($0) }
        options.vendor = vendor
        options.firstTokenTimeout = timeout
        options.maximumConnections = maximumConnections
    }
}

/// A provider that is configured in part: every call says what is missing.
struct UnreadyProvider: LLMProvider {
    let providerID: String
    private let kind: String
    private let problem: HubError

    init(_ entry: ConfiguredProvider, reason: String) {
        providerID = entry.id
        kind = entry.kind.rawValue
        var problem = HubError(.providerNotConfigured, "\(entry.id) is not ready: \(reason)")
        problem.provider = entry.id
        self.problem = problem
    }

    func metadata() -> ProviderMetadata { ProviderMetadata(kind: kind, models: [], acceptsUnknownModels: true) }
    func validateConfiguration() throws(HubError) { throw problem }
    func checkHealth() async -> ProviderHealth { ProviderHealth(status: .unhealthy, reason: problem.message) }
    func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse { throw problem }
    func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        throw problem
    }
}

extension SimulatedOptions {
    init(_ configuration: SimulatedConfiguration) {
        self.init()
        seed = configuration.seed
        timeToFirstToken = configuration.timeToFirstToken
        tokensPerSecond = configuration.tokensPerSecond
        jitter = configuration.jitter
        outputTokens = configuration.outputTokens
        faultRate = configuration.faultRate
        if !configuration.faults.isEmpty { faults = configuration.faults }
        fault = configuration.forcedFault
    }
}
