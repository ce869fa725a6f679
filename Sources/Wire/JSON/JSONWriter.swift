/// Appends one JSON text to `bytes`. It places commas and colons itself; that every object and array is closed and
/// every key followed by one value is up to the caller.
public struct JSONWriter: Sendable {
    public var bytes: [UInt8] = []
    /// Whether a value was just finished, so that a further key or value is preceded by a comma.
    private var followsValue = false

    public init(reserving capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    private mutating func beginValue() {
        if followsValue { bytes.append(UInt8(ascii: ",")) }
        followsValue = true
    }

    // MARK: Containers

    public mutating func beginObject() { begin(UInt8(ascii: "{")) }
    public mutating func endObject() { end(UInt8(ascii: "}")) }
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    private mutating func begin(_ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        followsValue = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        followsValue = true
    }

    // MARK: Keys

    public mutating func key(_ key: StaticString) {
        key.withUTF8Buffer { unsafe self.key(utf8: UnsafeRawBufferPointer($0)) }
    }

    @_disfavoredOverload
    public mutating func key(_ key: String) {
        unsafe key.utf8Span.span.bytes.withUnsafeBytes { unsafe self.key(utf8: $0) }
    }

    public mutating func key(_ key: JSONKey) {
        unsafe key.withUTF8 { unsafe self.key(utf8: $0) }
    }

    mutating func key(utf8 key: UnsafeRawBufferPointer) {
        unsafe string(utf8: key)
        bytes.append(UInt8(ascii: ":"))
        followsValue = false
    }

    // MARK: Strings

    public mutating func string(_ text: StaticString) {
        text.withUTF8Buffer { unsafe string(utf8: UnsafeRawBufferPointer($0)) }
    }

    @_disfavoredOverload
    public mutating func string(_ text: String) {
        unsafe text.utf8Span.span.bytes.withUnsafeBytes { unsafe string(utf8: $0) }
    }

    /// Writes bytes that are valid UTF-8 as a string.
    public mutating func string(utf8 text: UnsafeRawBufferPointer) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        unsafe JSONEscaping.append(text, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    // MARK: Numbers and literals

    public mutating func int(_ value: Int) {
        beginValue()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        JSONNumbers.append(UInt64(value.magnitude), to: &bytes)
    }

    public mutating func uint(_ value: UInt64) {
        beginValue()
        JSONNumbers.append(value, to: &bytes)
    }

    /// The shortest form that reads back as the same double and never as an integer; null for what JSON cannot say.
    public mutating func double(_ value: Double) {
        beginValue()
        JSONNumbers.append(value, to: &bytes)
    }

    public mutating func bool(_ value: Bool) {
        value ? raw("true") : raw("false")
    }

    public mutating func null() {
        raw("null")
    }

    // MARK: Serialised values

    /// Writes a value that is already JSON text.
    public mutating func raw(_ json: StaticString) {
        json.withUTF8Buffer { unsafe raw(UnsafeRawBufferPointer($0)) }
    }

    public mutating func raw(_ json: [UInt8]) {
        beginValue()
        bytes.append(contentsOf: json)
    }

    public mutating func raw(_ json: UnsafeRawBufferPointer) {
        beginValue()
        unsafe bytes.append(contentsOf: json)
    }
}
