internal import Redis
internal import Store

/// What must hold between keys, and what is worth a warning.
struct ConfigurationRules {
    let configuration: HubConfiguration
    let providers: [ConfiguredProvider]
    let sources: [String: ConfigurationOrigin]

    func check(_ context: inout DecodingContext) {
        checkListening(&context)
        checkAdminKey(&context)
        checkTLS(&context)
        checkPorts(&context)
        checkProviderNames(&context)
        checkRedis(&context)
        checkCounters(&context)
        checkStorage(&context)
    }

    /// An address that others can reach needs someone to ask for a credential, and a credential to ask for.
    private func checkListening(_ context: inout DecodingContext) {
        let keys = ["host", "auth_enabled", "hub_admin_key", "api_keys", "hub_insecure"]
        guard !context.hasReported(anyOf: keys) else { return }
        let server = configuration.server
        guard !server.host.isLoopback, !server.isInsecureAllowed else { return }
        let host = server.host.name.quotedForMessage
        let remedy = "listen on 127.0.0.1, or allow it with HUB_INSECURE=true"
        if !configuration.authentication.isEnabled {
            report(
                "host", &context, "\(host) can be reached by others while auth_enabled is false; enable it, \(remedy)")
        } else if !configuration.authentication.hasCredentials {
            report(
                "host", &context,
                "\(host) can be reached by others and no caller has a key; set HUB_ADMIN_KEY or api_keys, \(remedy)")
        }
    }

    /// Two keys of one id would share what is stored, and rights in batches.
    private func checkAdminKey(_ context: inout DecodingContext) {
        let authentication = configuration.authentication
        guard authentication.adminKey != nil else { return }
        for (index, key) in authentication.apiKeys.enumerated() where key.id == ConfiguredKeys.adminID {
            context.report(
                origin("api_keys"), "api_keys[\(index)].id", "\"admin\" is the id of hub_admin_key; choose another")
        }
    }

    private func checkTLS(_ context: inout DecodingContext) {
        guard !context.hasReported(anyOf: ["tls_cert", "tls_key"]) else { return }
        let server = configuration.server
        if server.tlsCertificatePath != nil, server.tlsKeyPath == nil {
            report("tls_cert", &context, "needs tls_key beside it")
        } else if server.tlsKeyPath != nil, server.tlsCertificatePath == nil {
            report("tls_key", &context, "needs tls_cert beside it")
        }
    }

    private func checkPorts(_ context: inout DecodingContext) {
        guard !context.hasReported(anyOf: ["port", "metrics_port"]) else { return }
        let server = configuration.server
        guard server.port == server.metricsPort, server.port != 0 else { return }
        report("metrics_port", &context, "\(server.metricsPort) is the port for HTTP already; 0 turns it off")
    }

    /// Names in `default_provider` and `routes` that no provider has.
    private func checkProviderNames(_ context: inout DecodingContext) {
        guard !context.hasReported(anyOf: ["providers", "default_provider", "routes"]) else { return }
        var uses: [(path: String, id: String)] = []
        if let id = configuration.routing.defaultProvider { uses.append(("default_provider", id)) }
        for (index, route) in configuration.routing.routes.enumerated() {
            let path = "routes".appending(index: index)
            for (list, targets) in [("targets", route.targets), ("fallbacks", route.fallbacks)] {
                for (position, target) in targets.enumerated() {
                    let place = path.appending(key: list).appending(index: position).appending(key: "provider")
                    uses.append((place, target.provider))
                }
            }
        }
        let known = providers.map(\.id)
        for use in uses where !known.contains(use.id) {
            let hint = nearestKey(to: use.id, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            context.report(origin(use.path), use.path, "there is no provider \(use.id.quotedForMessage)\(hint)")
        }
    }

    private func checkRedis(_ context: inout DecodingContext) {
        guard let url = configuration.storage.redisURL else { return }
        do throws(RedisURLError) {
            let parts = try RedisURL(url.text)
            guard configuration.storage.redisAuthorities != nil, !parts.isEncrypted else { return }
            report("redis_ca", &context, "needs a redis_url that begins with rediss://")
        } catch {
            report("redis_url", &context, error.description)
        }
    }

    private func checkStorage(_ context: inout DecodingContext) {
        guard !context.hasReported(anyOf: ["database_url", "encryption_key"]) else { return }
        let storage = configuration.storage
        guard let location = DatabaseLocation(url: storage.databaseURL.text) else {
            return report("database_url", &context, "names no file; for example sqlite:/var/lib/connector-hub/hub.db")
        }
        if location.isShared, storage.encryptionKey == nil {
            report(
                "database_url", &context,
                "needs encryption_key beside it, the same for all replicas: `openssl rand -base64 32` makes one")
        }
    }

    private func checkCounters(_ context: inout DecodingContext) {
        switch configuration.rateLimit.counterStore {
        case .auto, .memory: break
        case .redis:
            guard configuration.storage.redisURL == nil, !context.hasReported(anyOf: ["redis_url"]) else { return }
            report("counter_store", &context, "redis needs redis_url beside it")
        case .postgres: report("counter_store", &context, "postgres keeps no counters in this version yet")
        }
    }

    private func report(_ key: String, _ context: inout DecodingContext, _ message: String) {
        context.report(origin(key), key, message)
    }

    private func origin(_ key: String) -> ConfigurationOrigin {
        sources[key] ?? .builtIn
    }
}

extension ConfigurationRules {
    /// What works and is probably not meant, in the order of the documentation.
    var warnings: [ConfigurationDiagnostic] {
        openListener + shortKeys + clearTextKeys + unusedKeys
    }

    private var openListener: [ConfigurationDiagnostic] {
        let server = configuration.server
        guard server.isInsecureAllowed, !server.host.isLoopback, !configuration.authentication.isEnabled else {
            return []
        }
        return [
            ConfigurationDiagnostic(
                origin: origin("host"), path: "host", message: "everybody who reaches it can call, without a key")
        ]
    }

    private var unusedKeys: [ConfigurationDiagnostic] {
        HubConfiguration.settings.map(\.description).compactMap { key in
            guard !key.isUsed, let origin = sources[key.name] else { return nil }
            return ConfigurationDiagnostic(origin: origin, path: key.name, message: "has no effect in this version yet")
        }
    }

    /// Shorter ones can be guessed.
    private var shortKeys: [ConfigurationDiagnostic] {
        guard let key = configuration.authentication.adminKey, key.reveal().utf8.count < 16 else { return [] }
        return [
            ConfigurationDiagnostic(
                origin: origin("hub_admin_key"), path: "hub_admin_key", message: "is shorter than 16 characters")
        ]
    }

    private var clearTextKeys: [ConfigurationDiagnostic] {
        providers.compactMap { provider in
            guard provider.readiness == .ready,
                provider.connection.apiKey != nil || provider.connection.serviceAccount != nil,
                let url = provider.connection.baseURL,
                !url.isEncrypted, !url.isLoopback
            else { return nil }
            return ConfigurationDiagnostic(
                origin: origin("providers"), path: "provider \(provider.id)",
                message: "its key travels unencrypted to \(url.text)")
        }
    }
}

extension DecodingContext {
    /// True when one of these keys has a mistake already, so that a rule about it would only repeat it.
    fileprivate func hasReported(anyOf keys: [String]) -> Bool {
        diagnostics.contains { diagnostic in
            keys.contains {
                diagnostic.path == $0 || diagnostic.path.hasPrefix("\($0).") || diagnostic.path.hasPrefix("\($0)[")
            }
        }
    }
}
