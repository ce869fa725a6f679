public import Dialects

/// Who calls, and what they may do.
public final class Principal: Sendable {
    /// The key's id; nil when authentication is off.
    public let keyID: String?
    public let user: String?
    public let team: String?
    public let project: String?
    /// Patterns of models and providers; nil allows all.
    public let allowedModels: [String]?
    public let allowedProviders: [String]?
    /// The key's own, beside those for all.
    public let limits: [LimitRule]
    /// May change how the hub runs: roles operator and admin.
    public let mayOperate: Bool

    public init(
        keyID: String? = nil, user: String? = nil, team: String? = nil, project: String? = nil,
        allowedModels: [String]? = nil, allowedProviders: [String]? = nil, limits: [LimitRule] = [],
        mayOperate: Bool = false
    ) {
        self.limits = limits
        self.mayOperate = mayOperate
        self.keyID = keyID
        self.user = user
        self.team = team
        self.project = project
        self.allowedModels = allowedModels
        self.allowedProviders = allowedProviders
    }

    public static let anonymous = Principal(mayOperate: true)

    public func allows(model: String, at provider: String) -> Bool {
        if allowedModels == nil, allowedProviders == nil { return true }
        let names = [model, "\(provider)/\(model)"]
        let modelFits = allowedModels.map { patterns in
            patterns.contains { pattern in names.contains { Glob.matches(pattern, $0) } }
        }
        let providerFits = allowedProviders.map { patterns in patterns.contains { Glob.matches($0, provider) } }
        return modelFits ?? true && providerFits ?? true
    }
}

/// The door every caller comes through.
public protocol Authenticator: Sendable {
    /// - Parameter credential: as sent, without its scheme; nil if none was sent.
    func authenticate(_ credential: String?) throws(HubError) -> Principal

    /// Whose key this is now, for work that goes on without them. Throws if there is no such key any more.
    /// - Parameter keyID: nil: nobody was asked for a key.
    func principal(keyID: String?) throws(HubError) -> Principal
}

extension Authenticator {
    public func principal(keyID: String?) throws(HubError) -> Principal {
        throw HubError(.revokedCredential, "the key that this was asked with is not known any more")
    }
}

/// Lets everybody in: for loopback only.
public struct OpenDoor: Authenticator {
    public init() {}

    public func authenticate(_ credential: String?) -> Principal { .anonymous }
    public func principal(keyID: String?) -> Principal { .anonymous }
}
