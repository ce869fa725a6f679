internal import CSQLite

/// A prepared statement.
@safe
final class SQLiteStatement {
    /// A text that has more bytes is copied by SQLite.
    private static let longestKept = 4096

    private let statement: OpaquePointer
    private let valueCount: Int
    /// Texts of the values from `bind` to `reset`: copies by SQLite would be an allocation each.
    private var room = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

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
        unsafe room.deallocate()
    }

    func step() -> Int32 {
        unsafe sqlite3_step(statement)
    }

    /// Ready to run again, without values.
    func reset() {
        unsafe sqlite3_reset(statement)
        unsafe sqlite3_clear_bindings(statement)
    }

    /// Once before each `reset`. Returns the result code of the first value that cannot be bound.
    func bind(_ values: [SQLValue]) -> Int32 {
        precondition(valueCount == values.count, "a statement has other values than given")
        makeRoom(for: values)
        var taken = 0
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index + 1), &taken)
            guard code == SQLITE_OK else { return code }
        }
        return SQLITE_OK
    }

    private func makeRoom(for values: [SQLValue]) {
        var count = 0
        for case .text(let text) in values where text.utf8.count <= Self.longestKept { count += text.utf8.count }
        guard unsafe room.count < count else { return }
        unsafe room.deallocate()
        unsafe room = .allocate(byteCount: max(count, 512), alignment: 1)
    }

    /// - Parameter taken: bytes of the room.
    private func bind(_ value: SQLValue, at position: Int32, _ taken: inout Int) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(statement, position)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, position, number)
        case .text(let text):
            return unsafe text.utf8Span.span.bytes.withUnsafeBytes { bytes in
                guard bytes.count <= Self.longestKept else {
                    return unsafe csqlite_bind_text(statement, position, bytes.baseAddress, bytes.count)
                }
                let kept = unsafe UnsafeMutableRawBufferPointer(rebasing: room[taken..<taken + bytes.count])
                unsafe kept.copyMemory(from: bytes)
                taken += bytes.count
                return unsafe csqlite_bind_kept_text(statement, position, kept.baseAddress, bytes.count)
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
