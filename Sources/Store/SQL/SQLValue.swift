/// A value on its way into a statement, or out of a row.
enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// The columns of one row, in the order of the statement.
struct SQLRow: Sendable, Equatable {
    let values: [SQLValue]

    func integer(_ column: Int) throws(StoreError) -> Int64 {
        guard case .integer(let value) = values[column] else { throw mismatch(column) }
        return value
    }

    func text(_ column: Int) throws(StoreError) -> String {
        guard case .text(let value) = values[column] else { throw mismatch(column) }
        return value
    }

    func blob(_ column: Int) throws(StoreError) -> [UInt8] {
        guard case .blob(let value) = values[column] else { throw mismatch(column) }
        return value
    }

    private func mismatch(_ column: Int) -> StoreError {
        .refused("column \(column) of a row is not of the type it was stored with")
    }
}
