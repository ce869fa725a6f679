public import Dialects

/// Keeps answers of /v1/responses, so that clients can ask for them again and continue from them: contract 2.6.
///
/// What one tenant stored, no other can see: its ids do not exist for them.
public protocol ResponseStore: Sendable {
    func save(_ response: StoredResponse, tenant: String) async throws(HubError)
    /// Nil if there is none, or not any more.
    func response(_ id: String, tenant: String) async throws(HubError) -> StoredResponse?
    /// Whether there was one.
    func delete(_ id: String, tenant: String) async throws(HubError) -> Bool
}

/// An answer with what it answered.
public struct StoredResponse: Sendable, Equatable {
    public var id: String
    /// The stored answer that this one continues.
    public var previousID: String?
    /// The response object, as JSON.
    public var body: [UInt8]
    /// The request's own items, as a JSON array: those of the answers before are with them.
    public var input: [UInt8]

    public init(id: String, previousID: String?, body: [UInt8], input: [UInt8]) {
        self.id = id
        self.previousID = previousID
        self.body = body
        self.input = input
    }

    var byteCount: Int { body.count + input.count + 2 * id.utf8.count + 256 }
}

extension Principal {
    /// Who shares what is stored: the project, else the team, the user, the key.
    public var tenant: String {
        if let project { return "project:\(project)" }
        if let team { return "team:\(team)" }
        if let user { return "user:\(user)" }
        return keyID.map { "key:\($0)" } ?? ""
    }
}
