/// Keeps a row of each call to a provider: contract 12.2. What it is told it keeps, also when the process is killed right
/// after; where it cannot, it counts.
///
/// Called on the request's way: neither function waits for anything, or fails. A call that was begun is ended once.
public protocol Ledger: Sendable {
    /// A call to a provider is about to be made.
    /// - Parameter shard: of the caller's reactor.
    func begin(_ call: LedgerCall, shard: Int) -> LedgerEntry
    /// It has ended.
    func end(_ entry: LedgerEntry, _ result: LedgerResult)

    var counts: LedgerCounts { get }
}

/// A call that has begun, as its ledger knows it.
public struct LedgerEntry: Sendable, Equatable {
    public let shard: Int
    /// Below 0: the ledger had no room for it.
    public let place: Int

    public init(shard: Int, place: Int) {
        self.shard = shard
        self.place = place
    }
}

/// What became of rows since the process began.
public struct LedgerCounts: Sendable, Equatable {
    /// Rows where they belong, those that an earlier process left included.
    public var written: UInt64 = 0
    /// Rows that there was no room for while the database was away, or that it refused.
    public var dropped: UInt64 = 0
    /// Rows of calls that have ended, on their way.
    public var pending: UInt64 = 0

    public init() {}
}
