extension HubConfiguration {
    static let authenticationSettings: [Setting<HubConfiguration>] = [
        .value("auth_enabled", \.authentication.isEnabled, .boolean, "Callers must present a credential."),
        .optional(
            "hub_admin_key", \.authentication.adminKey, .secret,
            "A key of role admin, there from the first start. Where keys are asked for and none is configured, the hub makes one at "
                + "each start, tells it once on its error output, and takes it until it stops."),
        .value(
            "api_keys", \.authentication.apiKeys,
            .list(of: .object(APIKeyConfiguration.settings, check: APIKeyConfiguration.check), unique: \.id),
            "Callers' keys and what each may do."),
        .optional("jwt_secret", \.authentication.jwtSecret, .secret, "Checks HS256 tokens.").notUsedYet,
        .optional("jwt_jwks", \.authentication.jwtKeySet, .text(), "Public keys of tokens, a file or URL.").notUsedYet,
        .optional("jwt_issuer", \.authentication.jwtIssuer, .text(), "The `iss` that tokens must have.").notUsedYet,
        .optional("jwt_audience", \.authentication.jwtAudience, .text(), "The `aud` that tokens must have.").notUsedYet,
    ]
}

extension APIKeyConfiguration {
    static let settings: [Setting<APIKeyConfiguration>] = [
        .value("id", \.id, .callerIdentifier, "The key's id in logs and reports.").required,
        .optional("name", \.name, .text(maximumLength: 256), "A name for people."),
        .optional("key", \.key, .secret, "The key, or a reference to it."),
        .optional("sha256", \.sha256, .sha256, "The SHA-256 of the key, instead of the key."),
        .value("role", \.role, .choice, "Operators and admins may remove kept answers; else not used yet."),
        .optional("user", \.user, .callerIdentifier, "The user its calls count for."),
        .optional("team", \.team, .callerIdentifier, "The team its calls count for."),
        .optional("project", \.project, .callerIdentifier, "The project its calls count for."),
        .optional("environment", \.environment, .callerIdentifier, "The environment its calls count for.").notUsedYet,
        .value("tags", \.tags, .tags, "Tags of its calls.").notUsedYet,
        .value("scopes", \.scopes, .list(of: .text(maximumLength: 128)), "Narrow the role; empty: all of it.")
            .notUsedYet,
        .value("allowed_models", \.allowedModels, .list(of: .text(maximumLength: 256)), "Globs; empty: all models."),
        .value(
            "allowed_providers", \.allowedProviders, .list(of: .text(maximumLength: 256)),
            "Globs; empty: all providers."),
        .value("rate_limit", \.limits, .object(KeyLimitConfiguration.settings), "The key's own limits."),
    ]

    /// Exactly one of the key and its hash.
    static func check(_ key: APIKeyConfiguration, _ node: YAMLNode, _ path: String, _ context: inout DecodingContext) {
        guard node.has("key") == node.has("sha256") else { return }
        context.report(node.origin, path, "needs either \"key\" or \"sha256\"")
    }
}

extension MutualTLSConfiguration {
    static let settings: [Setting<MutualTLSConfiguration>] = [
        .value(
            "identities", \.identities, .list(of: .object(CertificateIdentity.settings), unique: \.subject),
            "Certificates by their subject alternative name.")
    ]
}

extension CertificateIdentity {
    static let settings: [Setting<CertificateIdentity>] = [
        .value("san", \.subject, .text(maximumLength: 512), "The subject alternative name.").required,
        .value("role", \.role, .choice, "What the caller may do."),
        .value("attributes", \.attributes, .tags, "user, team, project, environment and tags of its calls."),
    ]
}

extension YAMLNode {
    /// True for a map with this key.
    func has(_ key: String) -> Bool {
        guard case .mapping(let entries) = content else { return false }
        return entries.contains { $0.key == key }
    }
}

extension ValueType where Value == String {
    /// The ids that callers may choose.
    fileprivate static var callerIdentifier: ValueType {
        .identifier("1..128 letters, digits or ._:-", maximumLength: 128, also: "._:-")
    }

    fileprivate static var sha256: ValueType {
        text("64 hexadecimal digits in lower case") { text in
            let letters = UInt8(ascii: "a")...UInt8(ascii: "f")
            return text.utf8.count == 64 && text.utf8.allSatisfy { $0.isASCIIDigit || letters.contains($0) }
        }
    }
}

extension ValueType where Value == [String: String] {
    fileprivate static var tags: ValueType {
        .map(of: .text(maximumLength: 256), limit: 16, names: "tags") {
            (1...128).contains($0.utf8.count) && !$0.hasControlCharacters
        }
    }
}
