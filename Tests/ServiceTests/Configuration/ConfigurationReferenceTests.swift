import Foundation
import Testing

@testable import Service

/// The reference of the configuration, made from the definitions of its keys.
private enum ConfigurationReference {
    static var text: String {
        var lines: [String] = []
        for group in HubConfiguration.settingGroups {
            lines += ["### \(group.title)", ""]
            lines += table(group.settings.map(\.description), path: "", hasVariables: true)
            for setting in group.settings {
                lines += nested(setting.description, path: setting.description.name)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A table for each map below a key, deeper ones after it.
    private static func nested(_ key: KeyDescription, path: String) -> [String] {
        guard !key.children.isEmpty else { return [] }
        var lines = ["#### Inside `\(path)`", ""] + table(key.children, path: path, hasVariables: false)
        for child in key.children { lines += nested(child, path: "\(path).\(child.name)") }
        return lines
    }

    private static func table(_ keys: [KeyDescription], path: String, hasVariables: Bool) -> [String] {
        let head =
            hasVariables
            ? ["| Key | Environment | Type | Default | Meaning |", "| --- | --- | --- | --- | --- |"]
            : ["| Key | Type | Default | Meaning |", "| --- | --- | --- | --- |"]
        return head + keys.map { row($0, hasVariables: hasVariables) } + [""]
    }

    private static func row(_ key: KeyDescription, hasVariables: Bool) -> String {
        var cells = ["`\(key.name)`"]
        if hasVariables { cells.append(key.environmentName.map { "`\($0)`" } ?? "") }
        cells += [key.expectation, key.isRequired ? "required" : key.defaultText.map { "`\($0)`" } ?? ""]
        var meaning = [key.documentation]
        if key.reload == .restart { meaning.append("*Restart.*") }
        if !key.isUsed { meaning.append("*Accepted, not used yet.*") }
        cells.append(meaning.joined(separator: " "))
        return "| \(cells.map { $0.replacingOccurrences(of: "|", with: "\\|") }.joined(separator: " | ")) |"
    }
}

struct ConfigurationReferenceTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let marker = "## Every key"

    private func read(_ path: String) throws(FileReadFailure) -> [UInt8] {
        guard let data = try? Data(contentsOf: Self.root.appendingPathComponent(path)) else { throw .notFound }
        return Array(data)
    }

    /// With `HUB_WRITE_DOCS=1` the page is written instead.
    @Test func `docs/configuration.md is what the definitions say`() throws {
        let file = Self.root.appendingPathComponent("docs/configuration.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        let introduction = try #require(page.range(of: Self.marker)).lowerBound
        let expected = page[..<introduction] + Self.marker + "\n\n" + ConfigurationReference.text
        if ProcessInfo.processInfo.environment["HUB_WRITE_DOCS"] == "1" {
            try expected.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(page == String(expected), "run the tests with HUB_WRITE_DOCS=1 to write it anew")
        }
    }

    @Test func `config/hub.yaml needs nothing else`() throws {
        let loaded = try ConfigurationLoader.load(
            arguments: try .parse(["--config", "config/hub.yaml"]), environment: [:], readFile: read)
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.configuration.routing.defaultProvider == "simulated")
    }

    @Test func `config/production.yaml needs an admin key`() throws {
        let arguments = try CommandLineOptions.parse(["--config", "config/production.yaml"])
        #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader.load(arguments: arguments, environment: [:], readFile: read)
        }
        let environment = ["HUB_ADMIN_KEY": "hub_0123456789abcdef", "OPENAI_API_KEY": "sk-1"]
        let loaded = try ConfigurationLoader.load(arguments: arguments, environment: environment, readFile: read)
        #expect(loaded.warnings.isEmpty)
        #expect(loaded.providers.first { $0.id == "openai" }?.readiness == .ready)
    }

    @Test func `no key is defined twice`() {
        let names = HubConfiguration.settings.map(\.description.name)
        #expect(names.count == Set(names).count)
    }

    @Test(arguments: [
        "HUB_CONFIG HUB_ENV HOST PORT GRPC_PORT METRICS_PORT LOG_LEVEL LOG_FORMAT DATABASE_URL REDIS_URL REDIS_PASSWORD",
        "EVENT_BUS_URL ENCRYPTION_KEY JWT_SECRET JWT_JWKS JWT_ISSUER JWT_AUDIENCE HUB_ADMIN_KEY AUTH_ENABLED",
        "HUB_INSECURE TLS_CERT TLS_KEY TLS_CLIENT_CA TRUSTED_PROXIES CORS_ORIGIN OPENAI_API_KEY ANTHROPIC_API_KEY",
        "GOOGLE_API_KEY OPENAI_BASE_URL ANTHROPIC_BASE_URL GOOGLE_BASE_URL BEDROCK_BASE_URL OPENAI_ORGANIZATION",
        "AZURE_OPENAI_API_KEY AZURE_OPENAI_ENDPOINT AZURE_OPENAI_DEPLOYMENT AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN AWS_REGION VAULT_ADDR VAULT_TOKEN DEFAULT_PROVIDER ROUTING_STRATEGY CACHE_ENABLED CACHE_TTL",
        "CACHE_L2_TTL CACHE_MAX_SIZE CACHE_MAX_BYTES CACHE_MAX_TEMPERATURE CACHE_SCOPE RATE_LIMIT_ENABLED",
        "RATE_LIMIT_WINDOW_MS RATE_LIMIT_MAX_REQUESTS COUNTER_STORE REQUEST_TIMEOUT_MS PROVIDER_TIMEOUT_MS",
        "PROVIDER_TOTAL_TIMEOUT_MS STREAM_IDLE_TIMEOUT_MS MAX_RETRIES RETRY_DELAY_MS RETRY_MAX_DELAY_MS",
        "RETRY_BACKOFF_MULTIPLIER HEALTH_CHECK_INTERVAL_MS ENABLE_TRACING METRICS_ENABLED OTEL_EXPORTER_OTLP_ENDPOINT",
        "CONFIG_MANAGER_URL OBSERVATORY_URL GOVERNANCE_URL OPTIMIZER_URL MODULE_API_TOKEN GOVERNANCE_FAIL_MODE",
        "SIGNING_SECRET WEBHOOK_SECRET EDGE_REQUIRE_REGISTRATION ALERT_CRITICAL_URL ALERT_WARNING_URL ALERT_INFO_URL",
    ])
    func `every variable of the contract is known, as a key too`(names: String) {
        let known = Set(HubConfiguration.settings.compactMap(\.description.environmentName))
        #expect(Set(names.split(separator: " ").map(String.init)).subtracting(known).isEmpty)
    }
}
