/// Who may call, and as what.
struct AuthenticationConfiguration: ConfigurationGroup {
    var isEnabled = true
    /// A key of role admin that exists from the first start.
    var adminKey: Secret?
    var apiKeys: [APIKeyConfiguration] = []

    var jwtSecret: Secret?
    /// A file or URL with the public keys of tokens.
    var jwtKeySet: String?
    var jwtIssuer: String?
    var jwtAudience: String?

    /// True when at least one caller could pass.
    var hasCredentials: Bool {
        adminKey != nil || !apiKeys.isEmpty
    }
}

/// A key of a caller, given in configuration: the key itself or its SHA-256.
struct APIKeyConfiguration: ConfigurationGroup {
    var id = ""
    var name: String?
    var key: Secret?
    /// 64 hex digits, lower case.
    var sha256: String?
    var role = CallerRole.developer
    var user: String?
    var team: String?
    var project: String?
    var environment: String?
    var tags: [String: String] = [:]
    /// Narrow the role; empty for all of the role.
    var scopes: [String] = []
    /// Globs; empty for all.
    var allowedModels: [String] = []
    var allowedProviders: [String] = []
    var limits = KeyLimitConfiguration()
}

enum CallerRole: String, Sendable, CaseIterable {
    case admin, `operator`, service, developer, viewer
}

/// Certificates of callers and what they stand for.
struct MutualTLSConfiguration: ConfigurationGroup {
    var identities: [CertificateIdentity] = []
}

struct CertificateIdentity: ConfigurationGroup {
    /// The subject alternative name.
    var subject = ""
    var role = CallerRole.service
    var attributes: [String: String] = [:]
}
