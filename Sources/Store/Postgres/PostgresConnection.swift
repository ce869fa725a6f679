internal import CPostgres
internal import Glibc
internal import HubCore

/// A connection to PostgreSQL. Every call ends in time: with a server that does not answer, the connection is lost.
@safe
final class PostgresConnection: SQLConnection {
    let dialect = SQLDialect.postgres
    private let connection: OpaquePointer
    private let clock: any TimeSource
    private let timeoutMilliseconds: Int
    private var hasFailed = false
    private static let connectSeconds = 5
    /// Any number that no other program uses; the hub's replicas share it.
    private static let migrationLock: Int64 = 0x6875_625F_6D69_6772

    /// - Parameter timeoutMilliseconds: for one statement; the server ends it then, and a second later the hub does.
    init(url: String, clock: any TimeSource, timeoutMilliseconds: Int = 5000) throws(StoreError) {
        self.clock = clock
        self.timeoutMilliseconds = timeoutMilliseconds
        // A later keyword counts, so the time for connecting is the hub's, and the name may be the URL's.
        let keywords = ["fallback_application_name", "dbname", "connect_timeout", "client_encoding"]
        let values = ["connector-hub", url, String(Self.connectSeconds), "UTF8"]
        let opened = unsafe Self.withCStrings(keywords) { keywords in
            unsafe Self.withCStrings(values) { values in unsafe PQconnectdbParams(keywords, values, 1) }
        }
        guard let opened = unsafe opened else { throw .outage("PostgreSQL: out of memory") }
        unsafe connection = opened
        guard unsafe PQstatus(opened) == CONNECTION_OK else { throw lost() }
        unsafe cpostgres_silence(opened)
        guard unsafe PQsetnonblocking(opened, 1) == 0 else { throw lost() }
        _ = try rows(
            "SELECT set_config('statement_timeout', $1, false)", [.text(String(timeoutMilliseconds))])
    }

    deinit {
        unsafe PQfinish(connection)
    }

    /// An array of C strings that ends with a null pointer.
    private static func withCStrings<Value>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
    ) -> Value {
        let copies = unsafe texts.map { unsafe UnsafePointer(strdup($0)) } + [nil]
        defer { for index in unsafe copies.indices { unsafe free(UnsafeMutablePointer(mutating: copies[index])) } }
        return unsafe copies.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }

    // MARK: Statements

    func rows(_ statement: StaticString, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] {
        try run(statement, values).rows()
    }

    func change(_ statement: StaticString, _ values: [SQLValue]) throws(StoreError) -> Int {
        try run(statement, values).changedCount
    }

    func script(_ statements: StaticString) throws(StoreError) {
        guard unsafe PQsendQuery(connection, statements.description) == 1 else { throw lost() }
        _ = try result(by: deadline)
    }

    func beginMigration() throws(StoreError) {
        try script("BEGIN")
        _ = try rows("SELECT pg_advisory_xact_lock($1)", [.integer(Self.migrationLock)])
    }

    private func run(_ statement: StaticString, _ values: [SQLValue]) throws(StoreError) -> PostgresResult {
        let parameters = try PostgresParameters(values)
        let connection = unsafe connection
        let isSent = unsafe parameters.withPointers { types, values, lengths, formats in
            unsafe PQsendQueryParams(
                connection, statement.description, Int32(parameters.count), types, values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw lost() }
        return try result(by: deadline)
    }

    // MARK: Waiting

    private var deadline: UInt64 {
        // The server's own limit comes first, and leaves the connection usable.
        clock.monotonicNanoseconds &+ UInt64(timeoutMilliseconds + 1000) * 1_000_000
    }

    /// A server that speaks unasked says farewell.
    var isUsable: Bool {
        guard !hasFailed, unsafe PQsocket(connection) >= 0 else { return false }
        var descriptor = pollfd(fd: unsafe PQsocket(connection), events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) == 0
    }

    /// Sends what is left to send and waits for the statements' last result, or the first that failed.
    private func result(by deadline: UInt64) throws(StoreError) -> PostgresResult {
        while true {
            let left = unsafe PQflush(connection)
            if left == 0 { break }
            guard left > 0 else { throw lost() }
            guard try wait(for: Int16(POLLIN | POLLOUT), by: deadline) else { throw tooLate() }
            guard unsafe PQconsumeInput(connection) == 1 else { throw lost() }
        }
        var last: PostgresResult?
        var failure: StoreError?
        while true {
            while unsafe PQisBusy(connection) == 1 {
                guard try wait(for: Int16(POLLIN), by: deadline) else { throw tooLate() }
                guard unsafe PQconsumeInput(connection) == 1 else { throw lost() }
            }
            guard let result = unsafe PQgetResult(connection) else { break }
            let next = unsafe PostgresResult(result)
            if failure == nil { failure = next.failure }
            last = next
        }
        guard unsafe PQstatus(connection) == CONNECTION_OK else { throw lost() }
        if let failure { throw failure }
        guard let last else { throw lost() }
        return last
    }

    /// Whether the socket is ready; false when the time is over.
    private func wait(for events: Int16, by deadline: UInt64) throws(StoreError) -> Bool {
        let socket = unsafe PQsocket(connection)
        guard socket >= 0 else { throw lost() }
        var descriptor = pollfd(fd: socket, events: events, revents: 0)
        while true {
            let now = clock.monotonicNanoseconds
            let milliseconds = deadline > now ? (deadline - now) / 1_000_000 + 1 : 0
            let count = unsafe poll(&descriptor, 1, Int32(clamping: milliseconds))
            if count > 0 { return true }
            if count < 0, errno != EINTR { throw lost() }
            if count == 0, clock.monotonicNanoseconds >= deadline { return false }
        }
    }

    private func tooLate() -> StoreError {
        hasFailed = true
        return .outage("PostgreSQL did not answer within \(timeoutMilliseconds + 1000) ms")
    }

    /// The connection is of no use any more.
    private func lost() -> StoreError {
        hasFailed = true
        let reason = unsafe PostgresResult.oneLine(PQerrorMessage(connection))
        return .outage("PostgreSQL: \(reason)")
    }
}
