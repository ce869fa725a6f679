internal import HubCore
internal import Synchronization

/// Which requests with an `Idempotency-Key` run or were answered, in the database: contract 1.7.
///
/// Who inserts the claim of a request runs it. A claim lasts for a short lease, which its hub renews as long as it lives.
public final class IdempotentAnswers: Sendable {
    /// May run its request.
    public struct Claim: Sendable, Hashable {
        let slot: String
        /// Unlike any other claim's.
        let owner: String
    }

    public enum Standing: Sendable {
        case claimed(Claim)
        /// By whoever claimed it.
        case running
        case answered(IdempotentAnswer)
        /// The key was used with another body.
        case usedForAnother
    }

    /// From the moment of the answer.
    static let lifetimeSeconds: Int64 = 24 * 3600
    static let leaseSeconds: Int64 = 30
    private static let secondsBetweenRenewals: UInt64 = 10
    private static let secondsBetweenSweeps: UInt64 = 60
    /// Rows that one statement deletes, so that none holds others up for long.
    private static let batch = 200
    /// Claims of others come and go meanwhile.
    private static let claimAttempts = 5
    private static let table = "hub_idempotency"

    private let database: Database
    private let keys: Keyring
    private let maximumBytes: Int64
    /// Unique to the process.
    private let name: String
    private let state: Mutex<State>

    private struct State {
        /// Those whose requests run here.
        var claims: Set<Claim> = []
        var count: UInt64 = 0
        var nextRenewal: UInt64
        var nextSweep: UInt64
        var bytesSince: Int64 = 0
    }

    /// - Parameters:
    ///   - name: of the process, unlike any other's.
    ///   - maximumBytes: of all answers together, as they are stored. The oldest make room, soon after it is exceeded.
    public init(_ database: Database, keys: Keyring, name: String, maximumBytes: Int) {
        self.database = database
        self.keys = keys
        self.name = name
        self.maximumBytes = Int64(maximumBytes)
        let now = database.clock.monotonicNanoseconds
        state = Mutex(State(nextRenewal: now, nextSweep: now))
    }

    private var now: Int64 { Int64(database.clock.wallNanoseconds / 1_000_000_000) }

    // MARK: Requests

    /// What is to be done about a request. One that is claimed has to be kept or released.
    public func claim(_ request: IdempotentRequest) async throws(StoreError) -> Standing {
        let owner = state.withLock { state in
            state.count += 1
            return "\(name):\(state.count)"
        }
        let (now, keys) = (now, keys)
        let standing = try await database.write { connection throws(StoreError) in
            try Self.claim(request, owner: owner, now: now, keys, on: connection)
        }
        if case .claimed(let claim) = standing { state.withLock { _ = $0.claims.insert(claim) } }
        return standing
    }

    private static func claim(
        _ request: IdempotentRequest, owner: String, now: Int64, _ keys: Keyring, on connection: any SQLConnection
    ) throws(StoreError) -> Standing {
        let (slot, digest) = (request.slot, request.digest)
        for _ in 0..<claimAttempts {
            let isClaimed = try connection.change(
                """
                INSERT INTO hub_idempotency
                (slot, digest, owner, is_answered, expires_at, key_id, sealed, byte_count)
                VALUES ($1, $2, $3, 0, $4, '', $5, 0)
                ON CONFLICT (slot) DO UPDATE SET digest = excluded.digest, owner = excluded.owner, is_answered = 0,
                expires_at = excluded.expires_at, key_id = '', sealed = excluded.sealed, byte_count = 0
                WHERE hub_idempotency.expires_at <= $6
                """,
                [
                    .text(slot), .text(digest), .text(owner), .integer(now + leaseSeconds), .blob([]), .integer(now),
                ])
            if isClaimed == 1 { return .claimed(Claim(slot: slot, owner: owner)) }
            let rows = try connection.rows(
                "SELECT digest, is_answered, key_id, sealed FROM hub_idempotency WHERE slot = $1 AND expires_at > $2",
                [.text(slot), .integer(now)])
            // It has just been released.
            guard let row = rows.first else { continue }
            guard try row.text(0) == digest else { return .usedForAnother }
            guard try row.integer(1) == 1 else { return .running }
            let keyID = try row.text(2)
            if let key = keys.key(keyID) {
                guard let answer = IdempotentAnswer(record: try key.open(row.blob(3), table: table, slot)) else {
                    throw .refused("a kept answer cannot be read")
                }
                return .answered(answer)
            }
            // Nobody has the key it was sealed with: it is as if it were not there.
            _ = try connection.change(
                "DELETE FROM hub_idempotency WHERE slot = $1 AND key_id = $2", [.text(slot), .text(keyID)])
        }
        return .running
    }

    /// Keeps the answer of a claimed request, for a day. One that is larger than all may be together is not kept.
    public func keep(_ answer: IdempotentAnswer, _ claim: Claim) async throws(StoreError) {
        let size = answer.body.count
        guard size <= maximumBytes else { return try await release(claim) }
        defer { forget(claim) }
        let (key, expires) = (keys.sealing, now + Self.lifetimeSeconds)
        try await database.write { connection throws(StoreError) in
            let sealed = key.seal(answer.record, table: Self.table, claim.slot)
            // Another has it by now if the claim was not renewed in time.
            _ = try connection.change(
                """
                UPDATE hub_idempotency SET is_answered = 1, expires_at = $1, key_id = $2, sealed = $3, byte_count = $4
                WHERE slot = $5 AND owner = $6 AND is_answered = 0
                """,
                [
                    .integer(expires), .text(key.id), .blob(sealed), .integer(Int64(sealed.count)), .text(claim.slot),
                    .text(claim.owner),
                ])
        }
        state.withLock { $0.bytesSince += Int64(size) }
    }

    /// Lets the next request with the same key run.
    public func release(_ claim: Claim) async throws(StoreError) {
        defer { forget(claim) }
        try await database.write { connection throws(StoreError) in
            _ = try connection.change(
                "DELETE FROM hub_idempotency WHERE slot = $1 AND owner = $2 AND is_answered = 0",
                [.text(claim.slot), .text(claim.owner)])
        }
    }

    /// It is not renewed any more, whatever became of it in the database.
    private func forget(_ claim: Claim) {
        state.withLock { _ = $0.claims.remove(claim) }
    }

    // MARK: Upkeep

    /// For a database that is one hub's alone: whoever had claims before is gone.
    public func releaseOthers() async throws(StoreError) {
        let own = "\(name):%"
        try await database.write { connection throws(StoreError) in
            _ = try connection.change(
                "DELETE FROM hub_idempotency WHERE is_answered = 0 AND owner NOT LIKE $1", [.text(own)])
        }
    }

    /// Keeps, if it is time, the claims of the requests that run here.
    public func renewIfDue() async throws(StoreError) {
        let moment = database.clock.monotonicNanoseconds
        let claims: Set<Claim> = state.withLock { state in
            guard moment >= state.nextRenewal else { return [] }
            state.nextRenewal = moment &+ Self.secondsBetweenRenewals * 1_000_000_000
            return state.claims
        }
        guard !claims.isEmpty else { return }
        let expires = now + Self.leaseSeconds
        try await database.write { connection throws(StoreError) in
            try connection.transaction { () throws(StoreError) in
                for claim in claims {
                    _ = try connection.change(
                        """
                        UPDATE hub_idempotency SET expires_at = $1 WHERE slot = $2 AND owner = $3 AND is_answered = 0
                        """, [.integer(expires), .text(claim.slot), .text(claim.owner)])
                }
            }
        }
    }

    /// Deletes, if it is time, what has expired and the oldest of what is too much.
    public func sweepIfDue() async throws(StoreError) {
        let moment = database.clock.monotonicNanoseconds
        let isDue = state.withLock { state in
            // What was kept since the last time may exceed the bound by this.
            guard moment >= state.nextSweep || state.bytesSince > maximumBytes / 20 else { return false }
            state.nextSweep = moment &+ Self.secondsBetweenSweeps * 1_000_000_000
            state.bytesSince = 0
            return true
        }
        guard isDue else { return }
        while try await deleteExpired() == Self.batch {}
        while try await deleteOldest() == Self.batch {}
    }

    private func deleteExpired() async throws(StoreError) -> Int {
        let now = now
        return try await database.write { connection throws(StoreError) in
            try connection.change(
                """
                DELETE FROM hub_idempotency WHERE expires_at <= $1 AND slot IN (
                    SELECT slot FROM hub_idempotency WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
                """, [.integer(now), .integer(Int64(Self.batch))])
        }
    }

    /// How many it deleted: a batch, or as many as were too much.
    private func deleteOldest() async throws(StoreError) -> Int {
        let maximum = maximumBytes
        return try await database.write { connection throws(StoreError) in
            var excess = try Self.byteCount(on: connection) - maximum
            guard excess > 0 else { return 0 }
            let oldest = try connection.rows(
                """
                SELECT slot, byte_count FROM hub_idempotency WHERE is_answered = 1 ORDER BY expires_at LIMIT $1
                """, [.integer(Int64(Self.batch))])
            return try connection.transaction { () throws(StoreError) in
                var count = 0
                for row in oldest where excess > 0 {
                    excess -= try row.integer(1)
                    count += try connection.change(
                        "DELETE FROM hub_idempotency WHERE slot = $1 AND is_answered = 1", [.text(row.text(0))])
                }
                return count
            }
        }
    }

    /// What is kept now, in bytes.
    func byteCount() async throws(StoreError) -> Int {
        try await database.read { connection throws(StoreError) in Int(try Self.byteCount(on: connection)) }
    }

    private static func byteCount(on connection: any SQLConnection) throws(StoreError) -> Int64 {
        let sum = try connection.rows(
            "SELECT CAST(COALESCE(SUM(byte_count), 0) AS BIGINT) FROM hub_idempotency", [])
        return try sum.first?.integer(0) ?? 0
    }
}
