import Providers
import Testing

@testable import Service

struct ProviderResolutionTests {
    private func provider(_ id: String, _ fixture: ConfigurationFixture) throws -> ConfiguredProvider {
        try #require(try fixture.load().providers.first { $0.id == id })
    }

    @Test func `without any configuration simulated is ready and the others say why not`() throws {
        let providers = try ConfigurationFixture().load().providers
        #expect(providers.map(\.id) == ["openai", "anthropic", "google", "azure", "bedrock", "simulated"])
        #expect(
            providers.map(\.readiness) == [
                .notReady(reason: "OPENAI_API_KEY is not set"),
                .notReady(reason: "ANTHROPIC_API_KEY is not set"),
                .notReady(reason: "GOOGLE_API_KEY is not set"),
                .notReady(reason: "AZURE_OPENAI_ENDPOINT is not set"),
                .notReady(reason: "AWS_BEARER_TOKEN_BEDROCK and AWS_ACCESS_KEY_ID are not set"), .ready,
            ])
    }

    @Test func `a key and a URL in the environment need no file`() throws {
        let environment = [
            "OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1/", "OPENAI_ORGANIZATION": "o",
        ]
        let openAI = try provider("openai", ConfigurationFixture(environment: environment))
        #expect(openAI.readiness == .ready)
        #expect(openAI.connection.apiKey?.secret?.reveal() == "sk-1")
        #expect(openAI.connection.baseURL?.text == "http://127.0.0.1:9/v1")
        #expect(openAI.connection.organization == "o")
    }

    private let entry = """
        openai_base_url: https://key.example
        providers: [{provider_id: openai, config: {api_key: sk-file, base_url: https://entry.example}}]
        """

    @Test func `the environment wins over the entry`() throws {
        let openAI = try provider(
            "openai", .file(entry, environment: ["OPENAI_BASE_URL": "https://environment.example"]))
        #expect(openAI.connection.baseURL?.host == "environment.example")
        #expect(openAI.connection.apiKey?.secret?.reveal() == "sk-file")
    }

    @Test func `the entry wins over a key of the file`() throws {
        #expect(try provider("openai", .file(entry)).connection.baseURL?.host == "entry.example")
    }

    @Test func `a vendor's variables reach only the entry with the vendor's id`() throws {
        let text = "providers: [{provider_id: mine, kind: openai, config: {base_url: https://entry.example}}]"
        let mine = try provider("mine", .file(text, environment: ["OPENAI_API_KEY": "sk-1"]))
        #expect(mine.readiness == .notReady(reason: "config.api_key is not set"))
    }

    @Test(arguments: [
        ("{provider_id: local, config: {base_url: 'http://10.0.0.1/v1'}}", ProviderReadiness.ready),
        ("{provider_id: local, enabled: false}", .disabled),
        (
            "{provider_id: local, config: {base_url: 'https://a', api_key: 'ref:env:LOCAL_KEY'}}",
            .notReady(reason: "LOCAL_KEY is not set")
        ),
        (
            "{provider_id: local, config: {base_url: 'https://a', api_key: 'ref:file:key.txt'}}",
            .notReady(reason: "key.txt does not exist")
        ),
    ])
    func `a compatible provider needs no key, but the one it names`(text: String, readiness: ProviderReadiness) throws {
        let local = try provider("local", .file("providers: [\(text)]"))
        #expect(local.kind == .compatible)
        #expect(local.readiness == readiness)
    }

    @Test func `every field of an entry is read`() throws {
        let text = """
            providers:
              - provider_id: local
                kind: compatible
                enabled: true
                config:
                  api_key: ref:file:/run/key
                  base_url: https://[::1]:8443/v1
                  timeout_ms: 1500
                  headers: {X-Team: ref:env:TEAM}
                  auth_header: api-key
                  auth_scheme: ""
                  chat_path: /chat
                  models_path: /list
                  weight: 3
                  priority: -1
                  max_connections: 7
                  deployments: {gpt: d1}
                  models:
                    - id: m
                      capabilities: [chat]
                      context_window: 8192
                      max_output_tokens: 1024
                      pricing: {input: 0.15, output: 0.6, tiers: [{above_input_tokens: 1000, input: 1}]}
              - provider_id: simulated
                config: {seed: 18446744073709551615, jitter: 0.5, faults: [auth], fault: bad_json}
            """
        var fixture = ConfigurationFixture.file(text, environment: ["TEAM": "blue"])
        fixture.files["/run/key"] = "sk-2\n"
        let connection = try provider("local", fixture).connection
        #expect(connection.apiKey == .available(Secret("sk-2")))
        #expect(connection.baseURL?.host == "::1")
        #expect(connection.baseURL?.port == 8443)
        #expect(connection.timeout == .milliseconds(1500))
        #expect(connection.headers["X-Team"]?.reveal() == "blue")
        #expect([connection.authenticationHeader, connection.authenticationScheme] == ["api-key", ""])
        #expect([connection.chatPath, connection.modelsPath] == ["/chat", "/list"])
        #expect([connection.weight, connection.priority, connection.maximumConnections] == [3, -1, 7])
        let model = try #require(connection.models.first)
        #expect(model.contextWindow == 8192)
        #expect(model.pricing?.tokens.input?.picodollars == 150_000)
        #expect(model.pricing?.tiers.first?.aboveInputTokens == 1000)
        let simulated = try provider("simulated", fixture).connection.simulated
        #expect(simulated.seed == .max)
        #expect(simulated.jitter == 0.5)
        #expect(simulated.faults == [.auth])
        #expect(simulated.forcedFault == .badJSON)
    }

    @Test(arguments: [
        ("[{provider_id: local}]", "a compatible provider needs config.base_url"),
        ("[{provider_id: Local, config: {base_url: 'http://a'}}]", "must be 1..40 lower-case letters, digits or -"),
        (
            "[{provider_id: anthropic, config: {continues_text: plain}}]",
            "only a provider of kind compatible has this key"
        ),
        ("[{provider_id: openai, config: {seed: 1}}]", "only a provider of kind simulated has this key"),
        (
            "[{provider_id: bedrock, config: {batch: local}}]",
            "only a provider of kind openai, anthropic, google, azure or compatible has this key"
        ),
        ("[{provider_id: simulated}, {provider_id: simulated}]", "\"simulated\" is in this list twice"),
        ("[{provider_id: openai, config: {headers: {Host: x}}}]", "not allowed among headers"),
        ("[{provider_id: openai, config: {headers: {A: \"b\\r\\nC: d\"}}}]", "must not hold control characters"),
        ("[{provider_id: openai, config: {api_key: 'ref:vault:a#b'}}]", "only ref:env:NAME and ref:file:PATH"),
        ("[{provider_id: openai, config: {models: [{id: m, pricing: {input: 0.1234567}}]}}]", "USD per million tokens"),
        ("[{provider_id: openai, config: {chat_path: chat}}]", "must be a path beginning with /"),
    ])
    func `a wrong entry is refused`(text: String, message: String) throws {
        let mistakes = try ConfigurationFixture.file("providers: \(text)").mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains(message) == true, "\(mistakes)")
    }

    @Test func `a key in clear text to another machine is a warning`() throws {
        let environment = ["OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": "http://10.0.0.1/v1"]
        let loaded = try ConfigurationFixture(environment: environment).load()
        #expect(loaded.warnings.map(\.message) == ["its key travels unencrypted to http://10.0.0.1/v1"])
    }

    private static let account = #"{"type":"service_account"}"#

    @Test func `a service account is used where google has no key, and is checked at once`() throws {
        var fixture = ConfigurationFixture(environment: ["GOOGLE_APPLICATION_CREDENTIALS": "account.json"])
        #expect(
            try provider("google", fixture).readiness == .notReady(reason: "account.json does not exist"))
        fixture.files["account.json"] = Self.account + "\n"
        #expect(
            try provider("google", fixture).readiness
                == .notReady(reason: "the service account's key has no text in client_email"))
        fixture.environment["GOOGLE_API_KEY"] = "key"
        let google = try provider("google", fixture)
        #expect(google.readiness == .ready)
        #expect(google.connection.serviceAccount == nil)
    }

    @Test(arguments: [
        ("https://europe-west4-aiplatform.googleapis.com", nil), ("https://GOOGLEAPIS.com", nil),
        ("https://evil-googleapis.com", "evil-googleapis.com"), ("http://127.0.0.1:9", "127.0.0.1"),
    ])
    func `credentials that lie about are kept from hosts that are not Google's`(url: String, host: String?) throws {
        var fixture = ConfigurationFixture(environment: [
            "GOOGLE_APPLICATION_CREDENTIALS": "account.json", "GOOGLE_BASE_URL": url,
        ])
        fixture.files["account.json"] = Self.account
        let google = try provider("google", fixture)
        #expect((google.connection.serviceAccount == nil) == (host != nil))
        guard let host else { return }
        #expect(
            google.readiness
                == .notReady(
                    reason: "GOOGLE_APPLICATION_CREDENTIALS is not used at \(host): "
                        + "it takes config.service_account or a key"))
    }

    @Test func `an entry with a service account takes no key of the environment`() throws {
        let entry = """
            providers:
              - provider_id: google
                config: {service_account: 'ref:env:ACCOUNT', location: europe-west4}
            """
        let environment = [
            "ACCOUNT": Self.account, "GOOGLE_API_KEY": "key", "GOOGLE_CLOUD_PROJECT": "mine",
            "GOOGLE_CLOUD_LOCATION": "",
        ]
        let google = try provider("google", .file(entry, environment: environment))
        #expect(google.connection.apiKey == nil)
        #expect(google.connection.project == "mine")
        #expect(google.connection.location == "europe-west4")
        #expect(google.readiness == .notReady(reason: "the service account's key has no text in client_email"))
    }

    @Test(arguments: [
        ("{provider_id: google, config: {service_account: a, api_key: b}}", "only one of them can be given"),
        ("{provider_id: openai, config: {service_account: a}}", "only a provider of kind google has this key"),
        (
            "{provider_id: google, config: {service_account: a, batch: provider}}",
            "Vertex AI's batches are files in Cloud Storage, which the hub does not use: local"
        ),
        ("{provider_id: google, config: {location: evil.example/}}", "1..40 letters, digits or -"),
        ("{provider_id: google, config: {project: a/b}}", "1..64 letters, digits, -, . or :"),
    ])
    func `keys that cannot be meant so are refused`(entry: String, mistake: String) throws {
        let mistakes = try ConfigurationFixture.file("providers: [\(entry)]").mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains(mistake) == true)
    }
}
