internal import CSQLite
internal import Glibc

/// A connection to SQLite. Statements are prepared once.
@safe
final class SQLiteConnection: SQLConnection {
    /// How long another process may hold the file.
    private static let busyMilliseconds: Int32 = 5000

    let dialect = SQLDialect.sqlite
    /// A file stays where it is: what fails once may work again.
    let isUsable = true
    private let handle: OpaquePointer
    /// By where the literal is: its text would be copied and hashed at each use.
    private var statements: [UInt: SQLiteStatement] = [:]
    private static let settings: Int32 = csqlite_leave_out_memory_statistics()

    /// - Parameters:
    ///   - path: of the file, which is made with mode 0600 if it is not there; nil for a database in memory.
    ///   - isReader: refuses to change anything.
    init(path: String?, isReader: Bool = false) throws(StoreError) {
        if let path { try Self.makeFile(path) }
        _ = Self.settings
        var opened: OpaquePointer?
        // No lock in SQLite: a connection is used by one thread at a time.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
        let code = unsafe sqlite3_open_v2(path ?? ":memory:", &opened, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            let reason = unsafe String(cString: sqlite3_errstr(code))
            unsafe sqlite3_close_v2(opened)
            throw .outage("\(path ?? "the database") cannot be opened: \(reason)")
        }
        unsafe handle = opened
        unsafe sqlite3_busy_timeout(opened, Self.busyMilliseconds)
        try prepare(isReader: isReader)
    }

    deinit {
        statements = [:]
        unsafe sqlite3_close_v2(handle)
    }

    /// With mode 0600, which the files beside it inherit. One that is there keeps its mode.
    private static func makeFile(_ path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .outage("\(path) cannot be opened: \(unsafe String(cString: strerror(errno)))")
        }
        close(descriptor)
    }

    /// Readers and one writer at a time, beside each other. A commit is safe from the end of the process, not from that of
    /// the power: then the last moments can be missing, and nothing else.
    private func prepare(isReader: Bool) throws(StoreError) {
        try useLog()
        try script("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;")
        unsafe sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
        _ = try rows("PRAGMA journal_size_limit = 16777216", [])
        // KiB instead of two MB, which each connection would keep after a load: the system has the file's pages, too, and
        // what the hub adds goes to the last ones.
        try script("PRAGMA cache_size = -256")
        if isReader { try script("PRAGMA query_only = ON") }
    }

    /// Switching a new file over needs it alone, and SQLite does not wait for that by itself.
    private func useLog() throws(StoreError) {
        var tries = 0
        while true {
            do throws(StoreError) {
                _ = try rows("PRAGMA journal_mode = WAL", [])
                return
            } catch {
                tries += 1
                guard error.kind == .unavailable, tries < 50 else { throw error }
                usleep(100_000)
            }
        }
    }

    // MARK: Statements

    func rows(_ statement: StaticString, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] {
        let prepared = try prepared(statement)
        defer { prepared.reset() }
        try bind(values, to: prepared)
        var rows: [SQLRow] = []
        while true {
            switch prepared.step() {
            case SQLITE_ROW: rows.append(prepared.row())
            case SQLITE_DONE: return rows
            case let code: throw failure(code)
            }
        }
    }

    func change(_ statement: StaticString, _ values: [SQLValue]) throws(StoreError) -> Int {
        _ = try rows(statement, values)
        return Int(unsafe sqlite3_changes64(handle))
    }

    func script(_ statements: StaticString) throws(StoreError) {
        let code = unsafe sqlite3_exec(handle, statements.description, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    func beginMigration() throws(StoreError) {
        try script("BEGIN IMMEDIATE")
    }

    private func prepared(_ statement: StaticString) throws(StoreError) -> SQLiteStatement {
        let place = UInt(bitPattern: unsafe statement.utf8Start)
        if let prepared = statements[place] { return prepared }
        var pointer: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            handle, statement.description, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer = unsafe pointer else { throw failure(code) }
        let prepared = unsafe SQLiteStatement(pointer)
        statements[place] = prepared
        return prepared
    }

    private func bind(_ values: [SQLValue], to statement: SQLiteStatement) throws(StoreError) {
        let code = statement.bind(values)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: Int32) -> StoreError {
        let reason = unsafe String(cString: sqlite3_errmsg(handle))
        // The lower byte is the result; the rest says more of it.
        switch code & 0xFF {
        case SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CANTOPEN: return .outage("SQLite: \(reason)")
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_READONLY, SQLITE_NOMEM:
            return .unavailable("SQLite: \(reason)")
        default: return .refused("SQLite: \(reason)")
        }
    }
}
