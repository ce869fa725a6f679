/// Values in PostgreSQL's binary form, apart from the statement's text.
struct PostgresParameters {
    private var types: [UInt32] = []
    /// All values one after the other.
    private var bytes: [UInt8] = []
    /// Where each begins; nil for null.
    private var starts: [Int?] = []
    private var lengths: [Int32] = []

    /// Throws for a text that PostgreSQL cannot hold.
    init(_ values: [SQLValue]) throws(StoreError) {
        for value in values {
            let start = bytes.count
            switch value {
            case .null: types.append(0)
            case .integer(let number):
                types.append(PostgresType.integer8)
                for shift in stride(from: 56, through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
                }
            case .text(let text):
                guard !text.utf8.contains(0) else { throw .refused("a text holds the character NUL") }
                types.append(PostgresType.text)
                bytes += text.utf8
            case .blob(let blob):
                types.append(PostgresType.bytes)
                bytes += blob
            }
            guard let length = Int32(exactly: bytes.count - start) else { throw .refused("a value is over 2 GiB") }
            starts.append(value == .null ? nil : start)
            lengths.append(length)
        }
        // So that no value begins at the end of nothing.
        bytes.append(0)
    }

    var count: Int { starts.count }

    /// As libpq takes them. The pointers hold until `body` returns.
    func withPointers(
        _ body: (
            UnsafePointer<UInt32>?, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Int32
    ) -> Int32 {
        let formats = [Int32](repeating: 1, count: count)
        return unsafe bytes.withUnsafeBytes { bytes in
            let base = bytes.baseAddress
            let pointers = unsafe starts.map { start in
                unsafe start.flatMap { unsafe base?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return unsafe pointers.withUnsafeBufferPointer { pointers in
                unsafe types.withUnsafeBufferPointer { types in
                    unsafe lengths.withUnsafeBufferPointer { lengths in
                        unsafe formats.withUnsafeBufferPointer { formats in
                            unsafe body(
                                types.baseAddress, pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
                        }
                    }
                }
            }
        }
    }
}

/// PostgreSQL's numbers of the types that the hub uses: pg_type.dat.
enum PostgresType {
    static let bytes: UInt32 = 17
    static let integer8: UInt32 = 20
    static let integer4: UInt32 = 23
    static let text: UInt32 = 25
}
