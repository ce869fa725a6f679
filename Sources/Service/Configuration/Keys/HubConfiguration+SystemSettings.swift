internal import Wire

extension HubConfiguration {
    static let telemetrySettings: [Setting<HubConfiguration>] = [
        .value("metrics_enabled", \.telemetry.areMetricsEnabled, .boolean, "Answers `/metrics`, on both ports.")
            .fixedAtStart,
        .value("enable_tracing", \.telemetry.isTracingEnabled, .boolean, "Records spans.").notUsedYet,
        .optional("otel_exporter_otlp_endpoint", \.telemetry.otlpEndpoint, .url, "The collector.").notUsedYet,
        .optional(
            "otel_exporter_otlp_traces_endpoint", \.telemetry.otlpTracesEndpoint, .url, "The collector of traces alone."
        ).notUsedYet,
        .optional(
            "otel_exporter_otlp_metrics_endpoint", \.telemetry.otlpMetricsEndpoint, .url,
            "The collector of metrics alone."
        ).notUsedYet,
        .optional(
            "otel_exporter_otlp_headers", \.telemetry.otlpHeaders, .secret, "`name=value,name=value` for the collector."
        ).notUsedYet,
        .value("otel_exporter_otlp_protocol", \.telemetry.otlpProtocol, .choice, "The collector's encoding.")
            .notUsedYet,
        .value("otel_exporter_otlp_timeout", \.telemetry.otlpTimeout, .milliseconds(), "For one export.").notUsedYet,
    ]

    static let storageSettings: [Setting<HubConfiguration>] = [
        .value(
            "database_url", \.storage.databaseURL, .connection(["sqlite", "postgres", "postgresql"]),
            "What the hub keeps across restarts: stored responses. `sqlite:FILE` for one hub, `postgres://...` for replicas, "
                + "`sqlite::memory:` to keep nothing; the ledger has its last 500 rows then."
        ).fixedAtStart,
        .value(
            "responses_max_bytes", \.storage.maximumResponseBytes, .integer(1 << 20...1 << 50, unit: "bytes"),
            "Stored responses together; the oldest make room."
        ).fixedAtStart,
        .value(
            "idempotency_max_bytes", \.storage.maximumIdempotencyBytes, .integer(1 << 20...1 << 50, unit: "bytes"),
            "Answers kept for a day for their `Idempotency-Key`, together; the oldest make room."
        ).fixedAtStart,
        .optional(
            "redis_url", \.storage.redisURL, .connection(["redis", "rediss"]),
            "State that replicas share: `redis[s]://[user[:password]@]host[:port][/database]`, a server or any node of a cluster."
        ).fixedAtStart,
        .optional(
            "redis_password", \.storage.redisPassword, .secret, "Redis's password, instead of the URL's."
        ).fixedAtStart,
        .optional(
            "redis_ca", \.storage.redisAuthorities, .text(),
            "Whom a `rediss` URL trusts, a PEM file; else whom the system trusts."
        ).fixedAtStart,
        .value(
            "redis_timeout_ms", \.storage.redisTimeout, .milliseconds(1...60_000),
            "For one operation; later its result is done without."
        ).fixedAtStart,
        .value(
            "redis_slow_ms", \.storage.redisSlowReply, .milliseconds(1...60_000),
            "A Redis whose every reply takes so long is done without until it is quicker."
        ).fixedAtStart,
        .value(
            "redis_connect_timeout_ms", \.storage.redisConnectTimeout, .milliseconds(1...60_000), "For one connection."
        ).fixedAtStart,
        .optional(
            "event_bus_url", \.storage.eventBusURL, .connection(["redis", "rediss", "amqp", "amqps", "kafka"]),
            "Where events go."
        ).fixedAtStart.notUsedYet,
        .optional(
            "encryption_key", \.storage.encryptionKey, .secret("32 bytes in base64", where: isBase64Key),
            "Encrypts what is stored: 32 bytes in base64, the same for all replicas. Without it a hub with a SQLite file makes "
                + "its own, in `FILE.key`."
        ).fixedAtStart,
    ]

    static let moduleSettings: [Setting<HubConfiguration>] = [
        .optional("config_manager_url", \.modules.configManagerURL, .url, "LLM-Config-Manager.").notUsedYet,
        .optional("observatory_url", \.modules.observatoryURL, .url, "LLM-Observatory.").notUsedYet,
        .optional("governance_url", \.modules.governanceURL, .url, "LLM-Governance-Dashboard.").notUsedYet,
        .optional("optimizer_url", \.modules.optimizerURL, .url, "LLM-Auto-Optimizer.").notUsedYet,
        .optional("module_api_token", \.modules.apiToken, .secret, "The credential for the modules.").notUsedYet,
        .value(
            "governance_fail_mode", \.modules.governanceFailMode, .choice, "Budgets while their store is away."
        ).notUsedYet,
        .optional("signing_secret", \.modules.signingSecret, .secret, "Signs requests to modules.").notUsedYet,
        .optional("webhook_secret", \.modules.webhookSecret, .secret, "Checks webhooks.").notUsedYet,
        .value(
            "edge_require_registration", \.modules.isEdgeRegistrationRequired, .boolean,
            "Refuses edge agents that did not register."
        ).notUsedYet,
        .optional("alert_critical_url", \.telemetry.criticalAlertURL, .secret, "Where critical alerts go.").notUsedYet,
        .optional("alert_warning_url", \.telemetry.warningAlertURL, .secret, "Where warnings go.").notUsedYet,
        .optional("alert_info_url", \.telemetry.infoAlertURL, .secret, "Where notices go.").notUsedYet,
    ]

    @Sendable private static func isBase64Key(_ text: String) -> Bool {
        Base64.decode(text)?.count == 32
    }
}
