internal import CPostgres

/// What a statement came to.
@safe
final class PostgresResult {
    private let result: OpaquePointer

    /// Takes the result over.
    init(_ result: OpaquePointer) {
        unsafe self.result = result
    }

    deinit {
        unsafe PQclear(result)
    }

    /// Nil if the statement succeeded.
    var failure: StoreError? {
        let status = unsafe PQresultStatus(result)
        guard status != PGRES_COMMAND_OK, status != PGRES_TUPLES_OK, status != PGRES_EMPTY_QUERY else { return nil }
        // The primary message alone: the details quote values.
        let reason = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "M")))
        let state = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { unsafe String(cString: $0) }
        let message = unsafe "PostgreSQL: \(Self.oneLine(reason)) (\(state ?? "no SQLSTATE"))"
        switch state?.prefix(2) {
        // Connections; rolled back for others' sake; out of resources; told to stop, or out of time; a standby; a crash; locked
        // or in use; a server of another version before a change-over; a prepared statement that is gone; damage.
        case "08", "40", "53", "57", "25", "58", "55", "0A", "26", "XX", nil: return .unavailable(message)
        default: return .refused(message)
        }
    }

    var changedCount: Int {
        Int(unsafe String(cString: PQcmdTuples(result))) ?? 0
    }

    func rows() throws(StoreError) -> [SQLRow] {
        var rows: [SQLRow] = []
        let rowCount = unsafe PQntuples(result)
        let columnCount = unsafe PQnfields(result)
        for row in 0..<rowCount {
            var values: [SQLValue] = []
            for column in 0..<columnCount { values.append(try value(row, column)) }
            rows.append(SQLRow(values: values))
        }
        return rows
    }

    private func value(_ row: Int32, _ column: Int32) throws(StoreError) -> SQLValue {
        if unsafe PQgetisnull(result, row, column) == 1 { return .null }
        let bytes = unsafe UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, column), count: Int(PQgetlength(result, row, column)))
        switch unsafe PQftype(result, column) {
        case PostgresType.bytes: return .blob(unsafe Array(bytes))
        case PostgresType.text: return .text(unsafe String(decoding: bytes, as: UTF8.self))
        case PostgresType.integer4:
            return .integer(Int64(Int32(truncatingIfNeeded: unsafe bytes.reduce(0) { $0 << 8 | Int($1) })))
        case PostgresType.integer8: return .integer(unsafe bytes.reduce(0) { $0 << 8 | Int64($1) })
        // `void`, of functions that are called for what they do.
        case 2278: return .null
        case let type: throw .refused("PostgreSQL answered a value of type \(type), which the hub does not read")
        }
    }

    /// A message for the log, of several lines where several hosts were tried.
    static func oneLine(_ message: UnsafePointer<CChar>?) -> String {
        guard let message = unsafe message else { return "no reason given" }
        let lines = unsafe String(cString: message).split(separator: "\n")
        return lines.joined(separator: "; ")
    }
}
