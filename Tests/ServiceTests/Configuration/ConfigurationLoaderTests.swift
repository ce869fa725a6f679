import HubCore
import Testing

@testable import Service

struct ConfigurationLoaderTests {
    @Test func `nothing given is the defaults`() throws {
        let loaded = try ConfigurationFixture().load()
        #expect(loaded.configuration == HubConfiguration())
        #expect(loaded.files.isEmpty)
        #expect(loaded.warnings.isEmpty)
    }

    @Test func `the defaults are those of the contract`() {
        let defaults = HubConfiguration()
        #expect(defaults.server.host.name == "127.0.0.1")
        #expect([defaults.server.port, defaults.server.grpcPort, defaults.server.metricsPort] == [8080, 50051, 9090])
        #expect(defaults.server.maximumBodyBytes == 10_485_760)
        #expect(defaults.timeouts.request == .seconds(600))
        #expect(defaults.timeouts.connect == .seconds(5))
        #expect(defaults.retry.maximumAttempts == 3)
        #expect(defaults.cache.maximumBytes == 268_435_456)
        #expect(defaults.routing.strategy == .modelBased)
    }

    @Test(arguments: [
        (["--port", "5"], ["PORT": "4", "LLM_PORT": "3"], "port: 2", "port: 1", 5, "option --port"),
        ([], ["PORT": "4", "LLM_PORT": "3"], "port: 2", "port: 1", 3, "environment LLM_PORT"),
        ([], ["PORT": "4"], "port: 2", "port: 1", 4, "environment PORT"),
        ([], ["PORT": ""], "port: 2", "port: 1", 2, "hub.development.yaml:1"),
        ([], [:], "log_level: warn", "port: 1", 1, "hub.yaml:1"),
        ([], [:], "log_level: warn", "log_level: error", 8080, "default"),
    ])
    func `the stronger layer wins`(
        options: [String], environment: [String: String], overlay: String, file: String, port: Int, source: String
    ) throws {
        let fixture = ConfigurationFixture(
            files: ["hub.yaml": file, "hub.development.yaml": overlay], environment: environment,
            arguments: ["--config", "hub.yaml"] + options)
        let loaded = try fixture.load()
        #expect(loaded.configuration.server.port == port)
        #expect(loaded.origin(of: "port").description == source)
    }

    @Test(arguments: [
        ("config/hub.yaml", "config/hub.production.yaml"), ("hub.json", "hub.production.json"),
        ("a.b/hub", "a.b/hub.production"), ("/etc/.hub", "/etc/.hub.production"),
    ])
    func `the overlay is beside the file`(path: String, overlay: String) {
        #expect(ConfigurationLoader.overlayPath(of: path, environment: "production") == overlay)
    }

    @Test func `the file can name the deployment`() throws {
        let fixture = ConfigurationFixture(
            files: ["hub.yaml": "hub_env: staging", "hub.staging.yaml": "port: 7"],
            environment: ["HUB_CONFIG": "hub.yaml"])
        let loaded = try fixture.load()
        #expect(loaded.files == ["hub.yaml", "hub.staging.yaml"])
        #expect(loaded.configuration.server.port == 7)
    }

    @Test func `a deployment's name cannot lead out of the directory`() throws {
        let fixture = ConfigurationFixture(
            files: ["hub.yaml": "", "hub.../../x.yaml": "port: 7"],
            arguments: ["--config", "hub.yaml", "--env", "../../x"])
        #expect(
            try fixture.mistakes() == [
                "option --env: hub_env: must be 1..40 letters, digits or -, got \"../../x\""
            ])
    }

    @Test func `a file that is named and missing is a mistake`() throws {
        let fixture = ConfigurationFixture(environment: ["HUB_CONFIG": "no.yaml"])
        #expect(try fixture.mistakes() == ["environment variable HUB_CONFIG: no.yaml cannot be read: no such file"])
    }

    @Test func `all mistakes are reported at once with file, line and path`() throws {
        let fixture = ConfigurationFixture.file(
            """
            prot: 8080
            log_level: loud
            auth_enabled: yes
            request_timeout_ms: 600001
            providers:
              - provider_id: openai
                config:
                  timeout_ms: abc
                  base_url: ftp://example.com
                  weigth: 1
              - kind: openai
            """, environment: ["METRICS_PORT": "-1"])
        #expect(
            try fixture.mistakes() == [
                #"hub.yaml:1:1: prot: unknown key; did you mean "port"?"#,
                #"hub.yaml:2:12: log_level: must be one of debug, info, warn, error, got "loud""#,
                #"hub.yaml:3:15: auth_enabled: must be true or false, got "yes""#,
                "hub.yaml:4:21: request_timeout_ms: must be an integer of milliseconds 1..600000, "
                    + "got the number 600001",
                "hub.yaml:8:19: providers[0].config.timeout_ms: must be an integer of milliseconds 1..86400000, "
                    + #"got "abc""#,
                "hub.yaml:9:17: providers[0].config.base_url: must be a URL with http or https and without user, query "
                    + #"or fragment, got "ftp://example.com""#,
                #"hub.yaml:10:7: providers[0].config.weigth: unknown key; did you mean "weight"?"#,
                #"hub.yaml:11:5: providers[1]: the key "provider_id" is missing"#,
                #"environment variable METRICS_PORT: metrics_port: must be an integer 0..65535, got "-1""#,
            ])
    }

    @Test func `a mistake that a stronger layer hides is reported too`() throws {
        var fixture = ConfigurationFixture.file("port: x\n")
        fixture.arguments += ["--port", "80"]
        #expect(try fixture.mistakes().count == 1)
    }

    @Test func `the number of reported mistakes is bounded`() throws {
        let fixture = ConfigurationFixture.file((0..<200).map { "unknown\($0): 1\n" }.joined())
        #expect(throws: ConfigurationErrors.self) { try fixture.load() }
        #expect(try fixture.mistakes().count == 100)
    }

    @Test(arguments: [
        ("port: \"80\"", #"must be an integer 0..65535, got "80" in quotes; remove the quotes"#),
        ("port: 080", #"must be an integer 0..65535, got "080""#),
        ("port: 8.5", "must be an integer 0..65535, got the number 8.5"),
        ("port:", "must be an integer 0..65535, got nothing"),
        ("port: 99999999999999999999", "must be an integer 0..65535, got the number 99999999999999999999"),
        ("port: [80]", "must be an integer 0..65535, got a list"),
        ("jwt_issuer: 5", "must be a string, got the number 5; put it in quotes"),
        ("jwt_issuer: true", "must be a string, got the boolean true; put it in quotes"),
        ("auth_enabled: \"true\"", #"must be true or false, got "true""#),
        ("cache_max_temperature: .inf", #"must be a number 0..2, got ".inf""#),
        ("providers: {}", "must be a list of at most 100, got a map"),
        ("rate_limit: {strategy: {}}", "needs exactly one strategy, got 0"),
        ("tls_cert: a.pem", "needs tls_key beside it"),
        ("metrics_port: 8080", "8080 is the port for HTTP already; 0 turns it off"),
        ("encryption_key: short", "must be 32 bytes in base64"),
        ("database_url: mysql://user:hunter2@x", "must be a URL beginning with sqlite: or postgres: or postgresql:"),
        ("default_provider: opnai", #"there is no provider "opnai"; did you mean "openai"?"#),
    ])
    func `a wrong value is refused with what is expected`(text: String, message: String) throws {
        let mistakes = try ConfigurationFixture.file(text).mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasSuffix(": " + message) == true, "\(mistakes)")
    }

    @Test func `a variable may say 1 and 0 and lists with commas`() throws {
        let environment = ["ENABLE_TRACING": "0", "TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1", "LOG_LEVEL": "debug"]
        let configuration = try ConfigurationFixture(environment: environment).load().configuration
        #expect(!configuration.telemetry.isTracingEnabled)
        #expect(configuration.server.trustedProxies == ["10.0.0.0/8", "127.0.0.1"])
        #expect(configuration.logging.level == .debug)
    }

    @Test func `keys without a use yet are checked and announced`() throws {
        let loaded = try ConfigurationFixture(environment: ["GRPC_PORT": "1234"]).load()
        #expect(
            loaded.warnings.map(\.description) == [
                "environment variable GRPC_PORT: grpc_port: has no effect in this version yet"
            ])
    }

}
