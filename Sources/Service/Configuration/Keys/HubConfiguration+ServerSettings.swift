extension HubConfiguration {
    static let serverSettings: [Setting<HubConfiguration>] = [
        .value(
            "host", \.server.host, .host,
            "The address to listen on. One that others can reach needs authentication or `hub_insecure`."
        ).fixedAtStart,
        .value("port", \.server.port, .integer(0...65535), "The port for HTTP; 0 lets the system choose.").fixedAtStart,
        .value("grpc_port", \.server.grpcPort, .integer(0...65535), "The port for gRPC; 0: off.").fixedAtStart
            .notUsedYet,
        .value(
            "metrics_port", \.server.metricsPort, .integer(0...65535), "The port with nothing but `/metrics`; 0: off."
        ).fixedAtStart,
        .value("reactors", \.server.reactors, .integer(0...1024), "Event loops; 0: one per core.").fixedAtStart,
        .value(
            "hub_insecure", \.server.isInsecureAllowed, .boolean,
            "Permits listening without authentication on an address that others can reach."
        ).fixedAtStart,
    ]

    static let networkSettings: [Setting<HubConfiguration>] = [
        .optional("tls_cert", \.server.tlsCertificatePath, .text(), "The certificate chain, a PEM file.").fixedAtStart,
        .optional("tls_key", \.server.tlsKeyPath, .text(), "The certificate's key, a PEM file.").fixedAtStart,
        .optional(
            "tls_client_ca", \.server.tlsClientAuthorityPath, .text(),
            "Authorities of callers' certificates, a PEM file."
        ).fixedAtStart.notUsedYet,
        .value(
            "mtls", \.mutualTLS, .object(MutualTLSConfiguration.settings), "What callers' certificates stand for."
        ).notUsedYet,
        .value(
            "trusted_proxies", \.server.trustedProxies, .list(of: .network),
            "Addresses or networks (`10.0.0.0/8`) whose forwarding headers are believed."
        ).notUsedYet,
        .value(
            "cors_origin", \.server.corsOrigins, .list(of: .origin),
            "Origins that browsers may call from; `*`: all."
        ).fixedAtStart,
    ]

    static let connectionSettings: [Setting<HubConfiguration>] = [
        .value(
            "max_body_bytes", \.server.maximumBodyBytes, .integer(1024...1 << 30, unit: "bytes"),
            "The largest request body."
        ).fixedAtStart,
        .value(
            "max_connections", \.server.maximumConnections, .integer(1...1_000_000), "Open connections in all."
        ).fixedAtStart,
        .value(
            "max_connections_per_address", \.server.maximumConnectionsPerAddress, .integer(0...1_000_000),
            "Open connections from one address; 0: no limit."
        ).fixedAtStart,
        .value("head_timeout_ms", \.server.headDeadline, .milliseconds(), "For the whole head of a request.")
            .fixedAtStart,
        .value("body_timeout_ms", \.server.bodyProgressDeadline, .milliseconds(), "Between two parts of a body.")
            .fixedAtStart,
        .value("idle_timeout_ms", \.server.idleDeadline, .milliseconds(), "Between two requests of a connection.")
            .fixedAtStart,
        .value(
            "write_timeout_ms", \.server.writeProgressDeadline, .milliseconds(),
            "For a caller that takes nothing of its answer."
        ).fixedAtStart,
        .value(
            "drain_timeout_ms", \.server.drainDeadline, .milliseconds(0...86_400_000),
            "For open streams after SIGTERM."
        ).fixedAtStart,
    ]
}

extension ValueType where Value == String {
    /// An address, or an address and the bits of its network.
    fileprivate static var network: ValueType {
        text("an address or a network such as 10.0.0.0/8") { text in
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let address = parts.first, NetworkHost(address) != nil else { return false }
            guard parts.count == 2 else { return true }
            return parts[1].isInteger && (0...(address.contains(":") ? 128 : 32)).contains(Int(parts[1]) ?? -1)
        }
    }

    fileprivate static var origin: ValueType {
        text("* or an origin such as https://app.example.com") { text in
            text == "*" || (HTTPURL(text).map { $0.text == text && $0.path.isEmpty } ?? false)
        }
    }
}
