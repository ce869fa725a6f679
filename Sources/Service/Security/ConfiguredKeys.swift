internal import Crypto
internal import Dialects
internal import HubCore
internal import Wire

/// The keys of the configuration. Kept and compared as SHA-256: neither memory nor time tells a key.
struct ConfiguredKeys: Authenticator {
    private struct Entry: Sendable {
        var digest: [UInt8]
        var principal: Principal
    }

    /// By the first 8 bytes of the digest, which are as good as random.
    private let entries: [UInt64: [Entry]]
    private let byID: [String: Principal]
    /// Of `hub_admin_key`.
    static let adminID = "admin"

    init(_ configuration: AuthenticationConfiguration) {
        var entries: [UInt64: [Entry]] = [:]
        func add(_ digest: [UInt8], _ principal: Principal) {
            entries[Self.bucket(digest), default: []].append(Entry(digest: digest, principal: principal))
        }
        if let admin = configuration.adminKey {
            add(SHA256.digest(Array(admin.reveal().utf8)), Principal(keyID: Self.adminID, mayOperate: true))
        }
        for key in configuration.apiKeys {
            let principal = Principal(
                keyID: key.id, user: key.user, team: key.team, project: key.project,
                allowedModels: key.allowedModels.isEmpty ? nil : key.allowedModels,
                allowedProviders: key.allowedProviders.isEmpty ? nil : key.allowedProviders,
                limits: LimitRule.rules(key.limits), mayOperate: key.role == .admin || key.role == .operator)
            if let secret = key.key {
                add(SHA256.digest(Array(secret.reveal().utf8)), principal)
            } else if let digest = key.sha256.flatMap(Hex.decode), digest.count == 32 {
                add(digest, principal)
            }
        }
        self.entries = entries
        byID = Dictionary(
            entries.values.joined().compactMap { entry in entry.principal.keyID.map { ($0, entry.principal) } }
        ) { first, _ in first }
    }

    func authenticate(_ credential: String?) throws(HubError) -> Principal {
        guard let credential, !credential.isEmpty else {
            throw HubError(
                .missingCredential, "no API key was sent: use the header Authorization: Bearer KEY or x-api-key")
        }
        guard !credential.hasPrefix("AWS4-HMAC-SHA256 ") else {
            throw HubError(
                .invalidCredential,
                "AWS's signatures are not checked here: send the key as bearer token, by AWS_BEARER_TOKEN_BEDROCK")
        }
        let digest = SHA256.digest(Array(credential.utf8))
        for entry in entries[Self.bucket(digest)] ?? [] where ConstantTime.areEqual(entry.digest, digest) {
            return entry.principal
        }
        throw HubError(.invalidCredential, "the API key is not known here")
    }

    /// Batches ask, once for each of their requests.
    func principal(keyID: String?) throws(HubError) -> Principal {
        guard let keyID, let principal = byID[keyID] else {
            throw HubError(.revokedCredential, "the key that this was asked with is not known any more")
        }
        return principal
    }

    private static func bucket(_ digest: [UInt8]) -> UInt64 {
        digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
