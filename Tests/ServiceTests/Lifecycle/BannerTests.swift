import Reactor
import Testing

@testable import Service

struct BannerTests {
    private static func text(
        _ configuration: String = "", environment: [String: String] = [:], metricsPort: UInt16? = nil,
        isEncrypted: Bool = false, firstKey: Secret? = nil
    ) throws -> String {
        let main = try #require(SocketAddress(literal: "127.0.0.1", port: 8080))
        let metrics = metricsPort.flatMap { SocketAddress(literal: "127.0.0.1", port: $0) }
        return Banner.text(
            HubService.Addresses(main: main, metrics: metrics, isEncrypted: isEncrypted),
            try ConfigurationFixture.file(
                "database_url: \"sqlite::memory:\"\n" + configuration, environment: environment
            ).load(), firstKey: firstKey)
    }

    @Test func `it says where the hub listens and where its metrics are`() throws {
        let text = try Self.text(metricsPort: 9090)
        #expect(text.hasPrefix("connector-hub \(Version.text) listens on http://127.0.0.1:8080\n"))
        #expect(text.contains("\nmetrics at http://127.0.0.1:9090/metrics\n"))
        #expect(try Self.text(isEncrypted: true).contains("listens on https://127.0.0.1:8080\n"))
    }

    @Test func `it names no metrics where there are none`() throws {
        #expect(!(try Self.text().contains("metrics")))
        #expect(!(try Self.text("metrics_enabled: false\n", metricsPort: 9090).contains("metrics")))
    }

    @Test func `it says which providers are ready, and why others are not`() throws {
        let text = try Self.text(
            "providers: [{provider_id: anthropic, enabled: false}]\n", environment: ["OPENAI_API_KEY": "sk-secret"])
        #expect(text.contains("\n  openai: ready\n"))
        #expect(text.contains("\n  simulated: ready\n"))
        #expect(text.contains("\n  google: not ready, "))
        #expect(!text.contains("anthropic"))
        #expect(!text.contains("sk-secret"))
    }

    @Test func `its request is one that will be answered`() throws {
        let open = try Self.text("auth_enabled: false\n")
        #expect(
            open.contains(#"curl http://127.0.0.1:8080/v1/chat/completions -H "content-type: application/json" -d"#))
        #expect(open.contains(#"{"model":"sim-chat","#))
        let ready = try Self.text("auth_enabled: false\n", environment: ["OPENAI_API_KEY": "sk-secret"])
        #expect(ready.contains(#"{"model":"gpt-4o-mini","#))
        let locked = try Self.text("auth_enabled: true\n", environment: ["HUB_ADMIN_KEY": "hub_secret-secret"])
        #expect(locked.contains(#"-H "Authorization: Bearer $HUB_KEY""#))
        #expect(!locked.contains("hub_secret-secret"))
        #expect(!open.contains("HUB_KEY"))
    }

    @Test func `it tells the first key, and none without one`() throws {
        let text = try Self.text("auth_enabled: true\n", firstKey: Secret("hub_first"))
        #expect(text.contains("\n  export HUB_KEY=hub_first\n"))
        #expect(!(try Self.text("auth_enabled: true\n").contains("export")))
    }
}
