public import Dialects

/// Why the database did not do what it was asked.
public struct StoreError: Error, Equatable, Sendable {
    public enum Kind: Sendable {
        /// It cannot be reached, or not be read any more.
        case outage
        /// It is there and could not do this now: locked, full, too slow.
        case unavailable
        /// It will not do this, however often it is asked.
        case refused
    }

    public var kind: Kind
    /// For the log: names hosts, files and causes, no passwords and no stored values.
    public var message: String

    static func outage(_ message: String) -> StoreError { StoreError(kind: .outage, message: message) }
    static func unavailable(_ message: String) -> StoreError { StoreError(kind: .unavailable, message: message) }
    static func refused(_ message: String) -> StoreError { StoreError(kind: .refused, message: message) }

    /// As callers see it: where the database is and what it said is not for them.
    public var hubError: HubError {
        switch kind {
        case .outage, .unavailable:
            HubError(.storeUnavailable, "the hub's database cannot be used at the moment; try again")
        case .refused: HubError(.internalError, "the hub's database refused an operation")
        }
    }
}
