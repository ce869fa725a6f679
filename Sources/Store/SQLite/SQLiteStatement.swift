internal import CSQLite

/// A prepared statement.
@safe
final class SQLiteStatement {
    private let statement: OpaquePointer
    private let valueCount: Int

    /// Takes the statement over. Its values are to be named in order: SQLite numbers names in the order of their first use,
    /// PostgreSQL by what they say.
    init(_ statement: OpaquePointer) {
        unsafe self.statement = statement
        valueCount = Int(unsafe sqlite3_bind_parameter_count(statement))
        for position in 0..<valueCount {
            let name = unsafe sqlite3_bind_parameter_name(statement, Int32(position + 1))
            precondition(
                unsafe name.map { unsafe String(cString: $0) } == "$\(position + 1)",
                "a statement does not name its values in order")
        }
    }

    deinit {
        unsafe sqlite3_finalize(statement)
    }

    func step() -> Int32 {
        unsafe sqlite3_step(statement)
    }

    /// Ready to run again, without values.
    func reset() {
        unsafe sqlite3_reset(statement)
        unsafe sqlite3_clear_bindings(statement)
    }

    /// The result code of the first value that cannot be bound.
    func bind(_ values: [SQLValue]) -> Int32 {
        precondition(valueCount == values.count, "a statement has other values than given")
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else { return code }
        }
        return SQLITE_OK
    }

    private func bind(_ value: SQLValue, at position: Int32) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(statement, position)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, position, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                    unsafe csqlite_bind_text(statement, position, bytes.baseAddress, bytes.count)
                }
            }
        case .blob(let bytes):
            return unsafe bytes.withUnsafeBytes { bytes in
                unsafe csqlite_bind_blob(statement, position, bytes.baseAddress, bytes.count)
            }
        }
    }

    /// The row that the last step came to.
    func row() -> SQLRow {
        let count = unsafe sqlite3_column_count(statement)
        return SQLRow(values: (0..<count).map(value))
    }

    private func value(_ column: Int32) -> SQLValue {
        switch unsafe sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(statement, column))
        case SQLITE_TEXT: return .text(String(decoding: bytes(column), as: UTF8.self))
        case SQLITE_BLOB: return .blob(bytes(column))
        default: return .null
        }
    }

    private func bytes(_ column: Int32) -> [UInt8] {
        let start = unsafe sqlite3_column_blob(statement, column)
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }
}
