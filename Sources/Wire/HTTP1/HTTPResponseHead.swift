/// Builds the bytes of a response head in one growing array.
public struct HTTPResponseHead: Sendable {
    public var status: Int
    /// The field lines so far, each with its CRLF, without the status line and the empty line.
    public private(set) var fieldBytes: [UInt8] = []

    /// - Parameter reserving: bytes to set aside for the fields.
    public init(status: Int, reserving: Int = 512) {
        self.status = status
        fieldBytes.reserveCapacity(reserving)
    }

    /// Adds a field whose value is not trusted: characters that could split the head become spaces.
    public mutating func add(_ name: StaticString, _ value: String) {
        fieldBytes.append(name)
        appendValue(value)
    }

    public mutating func add(_ name: StaticString, _ value: StaticString) {
        fieldBytes.append(name)
        fieldBytes.append(": ")
        fieldBytes.append(value)
        fieldBytes.append("\r\n")
    }

    public mutating func add(_ name: StaticString, _ value: Int) {
        fieldBytes.append(name)
        fieldBytes.append(": ")
        fieldBytes.appendDecimal(value)
        fieldBytes.append("\r\n")
    }

    /// Adds a field whose name is not trusted either; false, and nothing added, when the name is not a token.
    @discardableResult
    public mutating func add(name: String, value: String) -> Bool {
        guard !name.isEmpty, name.utf8.allSatisfy(ByteClass.isToken) else { return false }
        fieldBytes.append(utf8: name)
        appendValue(value)
        return true
    }

    /// Appends the status line, the fields and the empty line.
    public func serialize(into out: inout [UInt8]) {
        Self.appendStatusLine(status, to: &out)
        out.append(contentsOf: fieldBytes)
        out.append("\r\n")
    }

    /// `HTTP/1.1 200 OK` and CRLF. A status without a standard phrase gets an empty one (RFC 9112 §4).
    public static func appendStatusLine(_ status: Int, to out: inout [UInt8]) {
        out.append("HTTP/1.1 ")
        out.appendDecimal(status)
        out.append(UInt8(ascii: " "))
        out.append(ReasonPhrase.text(status))
        out.append("\r\n")
    }

    /// Adds whole field lines, each with its CRLF, that take at most `room` bytes: only text made by the hub, or put
    /// with its control characters scrubbed.
    public mutating func add(room: Int, _ write: (inout TextCursor) -> Void) {
        fieldBytes.append(room: room, write)
    }

    private mutating func appendValue(_ value: String) {
        fieldBytes.append(room: value.utf8.count + 4) { out in
            out.put(": ")
            out.put(scrubbing: value)
            out.put("\r\n")
        }
    }
}
