/// One connection to a database, used by one thread at a time. Its calls block.
///
/// Statements are literals, so that no value can ever be part of one: values are `$1`, `$2` and so on, and are named for the
/// first time in this order.
protocol SQLConnection: AnyObject {
    var dialect: SQLDialect { get }
    /// False when it is lost: the next call needs another.
    var isUsable: Bool { get }

    /// Runs one statement.
    func rows(_ statement: StaticString, _ values: [SQLValue]) throws(StoreError) -> [SQLRow]
    /// Runs one statement and returns how many rows it changed.
    func change(_ statement: StaticString, _ values: [SQLValue]) throws(StoreError) -> Int
    /// Runs several statements without values.
    func script(_ statements: StaticString) throws(StoreError)
    /// Begins a transaction that no other migration runs beside, of this or another process.
    func beginMigration() throws(StoreError)
}

/// In which of the two ways a statement has to be written, where they differ.
enum SQLDialect: Sendable {
    case sqlite, postgres
}

extension SQLConnection {
    /// All of it or nothing.
    func transaction<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        try script("BEGIN")
        return try finishing(body)
    }

    /// Runs `body` in the transaction that has begun, and ends it.
    func finishing<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        do throws(StoreError) {
            let value = try body()
            try script("COMMIT")
            return value
        } catch {
            // The first failure is the one to tell; a connection that cannot roll back is lost, and with it its transaction.
            if isUsable { try? script("ROLLBACK") }
            throw error
        }
    }
}
