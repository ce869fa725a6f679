struct TelemetryConfiguration: ConfigurationGroup {
    var areMetricsEnabled = true
    var isTracingEnabled = true
    var otlpEndpoint: HTTPURL?
    var otlpTracesEndpoint: HTTPURL?
    var otlpMetricsEndpoint: HTTPURL?
    /// `name=value,name=value`.
    var otlpHeaders: Secret?
    var otlpProtocol = OTLPProtocol.protobuf
    var otlpTimeout = Duration.seconds(10)
    var criticalAlertURL: Secret?
    var warningAlertURL: Secret?
    var infoAlertURL: Secret?
}

enum OTLPProtocol: String, Sendable, CaseIterable {
    case protobuf = "http/protobuf"
    case json = "http/json"
}
