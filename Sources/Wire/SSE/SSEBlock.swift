/// The fields since the last blank line.
struct SSEBlock: Sendable {
    private(set) var data: [UInt8] = []
    private(set) var id: String?
    private(set) var hasData = false
    private var hasType = false
    /// The type last named in the stream. Streams repeat a handful, and comparing is cheaper than a new string.
    private var knownType = ""

    var type: String { hasType ? knownType : "message" }
    var isEmpty: Bool { !hasData && !hasType && id == nil }

    mutating func append(data line: UnsafeRawBufferPointer) {
        if hasData { data.append(UInt8(ascii: "\n")) }
        unsafe data.append(contentsOf: line)
        hasData = true
    }

    mutating func set(type value: UnsafeRawBufferPointer) {
        hasType = value.count > 0
        let isKnown = unsafe knownType.utf8Span.span.bytes.withUnsafeBytes { unsafe $0.equals(value) }
        if hasType, !isKnown { knownType = unsafe String(decoding: value, as: UTF8.self) }
    }

    /// An id with a NUL is ignored.
    mutating func set(id value: UnsafeRawBufferPointer) {
        if unsafe !value.contains(0) { id = unsafe String(decoding: value, as: UTF8.self) }
    }

    mutating func reset() {
        data = []
        id = nil
        hasData = false
        hasType = false
    }
}
