import Testing

@testable import Service

struct CheckConfigCommandTests {
    @Test func `a valid configuration is printed with its sources`() throws {
        var fixture = ConfigurationFixture.file(
            "port: 81\nproviders:\n  - provider_id: local\n    config: {base_url: 'http://127.0.0.1:1/v1'}\n",
            environment: ["LOG_LEVEL": "warn"])
        fixture.arguments += ["--host", "::1"]
        let outcome = try fixture.check()
        #expect(outcome.exitCode == 0)
        let lines = outcome.text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        for line in [
            "from hub.yaml", "host = ::1 (option --host)", "port = 81 (hub.yaml:1)",
            "log_level = warn (environment LOG_LEVEL)", "metrics_port = 9090 (default)",
            "providers[0].config.base_url = http://127.0.0.1:1/v1 (hub.yaml:4)",
            "local: ready, http://127.0.0.1:1/v1", "openai: not ready: OPENAI_API_KEY is not set", "simulated: ready",
        ] {
            #expect(lines.contains(line), "\(line)\n\(outcome.text)")
        }
    }

    @Test func `no secret is printed`() throws {
        let text = """
            hub_admin_key: hunter2-hunter2-hunter2
            redis_url: redis://user:hunter2@host
            otel_exporter_otlp_headers: authorization=hunter2
            alert_critical_url: pagerduty:hunter2
            api_keys: [{id: a, key: hunter2}]
            providers: [{provider_id: openai, config: {api_key: hunter2, headers: {X-Key: hunter2}}}]
            """
        let outcome = try ConfigurationFixture.file(text, environment: ["OPENAI_API_KEY": "hunter2"]).check()
        #expect(outcome.exitCode == 0)
        #expect(!outcome.text.contains("hunter2"))
        #expect(outcome.text.contains("hub_admin_key = [redacted]"))
    }

    @Test func `an invalid configuration prints every mistake and fails`() throws {
        let outcome = try ConfigurationFixture.file("port: a\nhots: b\n").check()
        #expect(outcome.exitCode == 1)
        #expect(outcome.text.split(separator: "\n").count == 2)
    }

    @Test(arguments: [
        "hub_admin_key: [hunter2]", "encryption_key: hunter2", "redis_url: hunter2", "jwt_secret: {a: hunter2}",
        "openai_base_url: https://user:hunter2@host/v1",
    ])
    func `a mistake about a secret does not show it`(text: String) throws {
        let outcome = try ConfigurationFixture.file(text).check()
        #expect(outcome.exitCode == 1)
        #expect(!outcome.text.contains("hunter2"))
    }
}
