internal import HubCore

extension HubConfiguration {
    static let providerSettings: [Setting<HubConfiguration>] = [
        .value(
            "providers", \.providers,
            .list(
                of: .object(ProviderConfiguration.settings, check: ProviderConfiguration.check), limit: 100,
                unique: \.id),
            "The providers and how they are reached. `simulated` and the vendors are there without an entry."),
        .optional(
            "provider_proxy", \.providerNetwork.proxy, .connection(["http", "https", "socks5", "socks5h"]),
            "The proxy for every call to providers, `http://[user:password@]host:port`; without it there is none, whatever "
                + "`HTTPS_PROXY` says."
        ).fixedAtStart,
        .optional(
            "provider_ca", \.providerNetwork.authorities, .text(),
            "Whom providers' certificates must be from, a PEM file; else whom the system trusts."
        ).fixedAtStart,
        .optional(
            "models_file", \.modelsFile, .text(),
            "A catalogue of models in place of the built-in one, in the form of `config/models.json`."),
        .optional("prices_file", \.pricesFile, .text(), "Dated prices over the catalogue's, YAML or JSON."),
    ]
}

extension ProviderConfiguration {
    static let settings: [Setting<ProviderConfiguration>] = [
        .value("provider_id", \.id, .providerIdentifier, "The name that requests use.").required,
        .optional("kind", \.givenKind, .choice, "Default: the kind that the id names, else `compatible`."),
        .value("enabled", \.isEnabled, .boolean, "False: as if it had no credential."),
        .value("config", \.connection, .object(ProviderConnection.settings), "How it is reached and what it offers."),
    ]

    static func check(
        _ provider: ProviderConfiguration, _ node: YAMLNode, _ path: String, _ context: inout DecodingContext
    ) {
        guard case .mapping(let entries) = node.content else { return }
        let connection = entries.first { $0.key == "config" }?.value
        if provider.kind == .compatible, provider.isEnabled, connection?.has("base_url") != true {
            context.report(node.origin, path, "a compatible provider needs config.base_url")
        }
        guard let connection else { return }
        for (kind, names) in ProviderConnection.namesByKind where kind != provider.kind {
            for name in names where connection.has(name) {
                context.report(
                    connection.origin, path.appending(key: "config").appending(key: name),
                    "only a provider of kind \(kind.rawValue) has this key")
            }
        }
        if connection.has("batch"), provider.kind.batchDefault == nil {
            let kinds = ProviderKind.allCases.filter { $0.batchDefault != nil }.map(\.rawValue)
            context.report(
                connection.origin, path.appending(key: "config").appending(key: "batch"),
                "only a provider of kind \(kinds.dropLast().joined(separator: ", ")) or \(kinds.last ?? "") has this key"
            )
        }
        if connection.has("service_account"), provider.connection.batch == .provider {
            context.report(
                connection.origin, path.appending(key: "config").appending(key: "batch"),
                "Vertex AI's batches are files in Cloud Storage, which the hub does not use: local")
        }
        if connection.has("access_key_id") != connection.has("secret_access_key") {
            context.report(
                connection.origin, path.appending(key: "config").appending(key: "access_key_id"),
                "goes together with secret_access_key")
        }
        if connection.has("service_account"), connection.has("api_key") {
            context.report(
                connection.origin, path.appending(key: "config").appending(key: "service_account"),
                "stands in place of api_key: only one of them can be given")
        }
    }
}

extension ProviderConnection {
    static let settings: [Setting<ProviderConnection>] =
        connectionSettings + compatibleSettings + googleSettings + bedrockSettings + offerSettings + simulatedSettings
    /// Keys that providers of one kind have.
    static let namesByKind: [(ProviderKind, [String])] = [
        (.google, googleSettings.map(\.description.name)), (.bedrock, bedrockSettings.map(\.description.name)),
        (.simulated, simulatedSettings.map(\.description.name)),
        (.compatible, compatibleSettings.map(\.description.name)),
    ]

    private static let connectionSettings: [Setting<ProviderConnection>] = [
        .optional(
            "api_key", \.apiKey, .credential,
            "The key, `${VARIABLE}`, `ref:env:VARIABLE` or `ref:file:PATH`. A reference to nothing leaves the provider "
                + "not ready."),
        .value(
            "further_api_keys", \.furtherKeys, .list(of: .credential, limit: 20),
            "Keys that take turns with `api_key`. One that is refused (401, 402, 403) or limited (429) is left alone for a "
                + "while, and the call made with the next. `max_connections` counts for each."),
        .optional(
            "base_url", \.baseURL, .url, "As the vendor's own SDK takes it: OpenAI's form with its `/v1`."),
        .optional(
            "timeout_ms", \.timeout, .milliseconds(),
            "To the first token of a stream, in place of `provider_timeout_ms` and of what classes of models have."),
        .optional(
            "api_version", \.apiVersion, .text(maximumLength: 64),
            "Anthropic's `anthropic-version`, default 2023-06-01; Google's path, default v1beta, of Vertex AI v1; Azure's api-version, default "
                + "2024-10-21; `v1` or `preview` for its v1 surface."),
        .optional(
            "region", \.region, .region, "Where it is, for a route's `regions`; Bedrock's in place of `aws_region`."),
        .value(
            "deployments", \.deployments, .deployments,
            "Azure: deployments by model; `*`: all others. A model that is not there is deployed under its own name."),
        .optional("organization", \.organization, .text(maximumLength: 256), "OpenAI's organization."),
        .value("headers", \.headers, .headers, "Sent with every call; values may be references."),
        .optional(
            "auth_header", \.authenticationHeader, .headerName,
            "The header that carries the key; default: Authorization, for Anthropic x-api-key, for Google "
                + "x-goog-api-key."),
        .optional(
            "auth_scheme", \.authenticationScheme,
            .text("a word or nothing") { $0.utf8.count <= 64 && $0.utf8.allSatisfy { $0 > 32 && $0 < 127 } },
            "The word before the key; empty: the key alone. Default: Bearer, for Anthropic's and Google's "
                + "own headers nothing."),
        .optional(
            "chat_path", \.chatPath, .path,
            "After the base URL; default: /chat/completions, for Anthropic /v1/messages."),
        .optional(
            "models_path", \.modelsPath, .path, "After the base URL; default: /models, for Anthropic /v1/models."),
        .optional(
            "responses_path", \.responsesPath, .path,
            "Where the provider takes OpenAI's Responses, after the base URL; of `openai` at `/responses`. Without it they "
                + "are asked as chats."),
        .optional("embeddings_path", \.embeddingsPath, .path, "After the base URL; default: /embeddings."),
        .optional(
            "completions_path", \.completionsPath, .path,
            "Where the provider takes legacy text completions, after the base URL. Without it they are asked as chats; "
                + "of `openai`, its few models that are no chat models at `/completions`."),
        .optional(
            "batch", \.batch, .choice,
            "How requests of batches are made: `provider`, as the provider's own batch where all of one go there, at its rates "
                + "for batches, or `local`, one by one. Default: provider for the kinds `openai`, `anthropic` and `google` with an "
                + "`api_key`; `compatible` and `azure`, whose deployments must be of a batch type then, may have it too."
        ),
        .value(
            "max_connections", \.maximumConnections, .integer(1...100_000),
            "Connections in use at once; a call that finds none free for 2 s is `overloaded`. Where the provider speaks "
                + "HTTP/2, each serves 100 calls."),
    ]

    private static let compatibleSettings: [Setting<ProviderConnection>] = [
        .optional(
            "continues_text", \.textContinuation, .choice,
            "compatible: how the server is told to go on with the beginning of an answer, for `rescue_streams`: `prefix` in the "
                + "message (Mistral, DeepSeek), `continue_final_message` (vLLM, SGLang), or `plain` where it does so unasked. "
                + "Without it, it is not asked to.")
    ]

    private static let googleSettings: [Setting<ProviderConnection>] = [
        .optional(
            "service_account", \.serviceAccount, .credentialDocument,
            "google: the JSON key of a service account, `${VARIABLE}`, `ref:env:VARIABLE` or `ref:file:PATH`. Calls go "
                + "through Vertex AI."),
        .optional(
            "project", \.project, .googleProject, "google: Vertex AI's project; default: the service account's own."),
        .optional(
            "location", \.location, .googleLocation,
            "google: Vertex AI's location, such as europe-west4; default: global."),
    ]

    private static let bedrockSettings: [Setting<ProviderConnection>] = [
        .optional(
            "access_key_id", \.accessKeyID, .text(maximumLength: 256),
            "bedrock: the key pair of AWS that signs the calls. Without one, and without `api_key`: that of the `aws_*` keys, "
                + "else that of the container's or the machine's role."),
        .optional(
            "secret_access_key", \.secretAccessKey, .credential,
            "bedrock: its secret, `${VARIABLE}`, `ref:env:VARIABLE` or `ref:file:PATH`."),
        .optional("session_token", \.sessionToken, .credential, "bedrock: its session token, if it is temporary."),
    ]

    private static let offerSettings: [Setting<ProviderConnection>] = [
        .value(
            "models", \.models, .list(of: .object(ModelConfiguration.settings), unique: \.id),
            "The models it offers. What an entry leaves open is taken from the catalogue."),
        .optional(
            "vendor", \.vendor, .identifier("1..40 letters, digits or -", maximumLength: 40, also: "-"),
            "Whose models of the catalogue these are; default: the kind, or for `compatible` the provider's id."),
        .value("weight", \.weight, .integer(0...1_000_000), "A share under `round-robin` and `weighted`."),
        .value("priority", \.priority, .integer(-1_000_000...1_000_000), "Ascending under `failover`."),
        .value(
            "tags", \.tags, .list(of: .text(maximumLength: 64), limit: 16), "What a route's `tags` may ask for."),
    ]

    private static let simulatedSettings: [Setting<ProviderConnection>] = [
        .value("seed", \.simulated.seed, .unsigned, "simulated: the source of its answers."),
        .value(
            "ttft_ms", \.simulated.timeToFirstToken, .milliseconds(0...600_000), "simulated: before the first token."),
        .value(
            "tokens_per_second", \.simulated.tokensPerSecond, .number(0...1e6),
            "simulated: speed of a stream; 0 for no delay."),
        .value("jitter", \.simulated.jitter, .number(0...1), "simulated: the random share of each delay."),
        .value("output_tokens", \.simulated.outputTokens, .integer(1...1_000_000), "simulated: words of an answer."),
        .value("fault_rate", \.simulated.faultRate, .number(0...1), "simulated: the share of calls that fail."),
        .value("faults", \.simulated.faults, .list(of: .choice), "simulated: how they fail."),
        .optional("fault", \.simulated.forcedFault, .choice, "simulated: fails every call like this."),
    ]
}

extension ModelConfiguration {
    static let settings: [Setting<ModelConfiguration>] = [
        .value("id", \.id, .text(maximumLength: 256), "The provider's name of the model.").required,
        .value(
            "capabilities", \.capabilities, .list(of: .text(maximumLength: 64), limit: 50),
            "`chat`, `embeddings`, `vision`, `tools` and the like; empty: unknown."),
        .optional("context_window", \.contextWindow, .integer(1...1_000_000_000, unit: "tokens"), "Input and output."),
        .optional("max_output_tokens", \.maximumOutputTokens, .integer(1...1_000_000_000, unit: "tokens"), "Output."),
        .optional("pricing", \.pricing, .object(ModelPricing.settings), "USD per million tokens."),
        .optional(
            "class", \.modelClass, .choice,
            "Whose deadlines it has; default: `reasoning` or `embedding` by its capabilities, else `standard`."),
        .optional("timeout_ms", \.firstToken, .milliseconds(), "To a stream's first token, in place of its class's."),
        .optional("idle_timeout_ms", \.idle, .milliseconds(), "Between two events of a stream, likewise."),
        .optional("total_timeout_ms", \.total, .milliseconds(), "One call, likewise."),
    ]
}
