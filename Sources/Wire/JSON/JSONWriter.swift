/// Appends one JSON text to `bytes`. It places commas and colons itself; that every object and array is closed and
/// every key followed by one value is up to the caller.
public struct JSONWriter: Sendable {
    public var bytes: [UInt8] = []
    /// Whether a value was just finished, so that a further key or value is preceded by a comma.
    var followsValue = false

    public init(reserving capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    // MARK: Containers

    public mutating func beginObject() { begin(UInt8(ascii: "{")) }
    public mutating func endObject() { end(UInt8(ascii: "}")) }
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    private mutating func begin(_ bracket: UInt8) {
        appendToken { $0.put(bracket) }
        followsValue = false
    }

    private mutating func end(_ bracket: UInt8) {
        followsValue = false
        appendToken { $0.put(bracket) }
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
        // Strings of a document are followed by others or by its padding.
        unsafe key.withUTF8 { unsafe append(JSONText($0, isPadded: true), isKey: true) }
    }

    private mutating func key(utf8 key: UnsafeRawBufferPointer) {
        unsafe append(JSONText(key, isPadded: false), isKey: true)
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
        unsafe append(JSONText(text, isPadded: false), isKey: false)
    }

    // MARK: Numbers and literals

    public mutating func int(_ value: Int) { appendToken { $0.int(Int64(value)) } }
    public mutating func uint(_ value: UInt64) { appendToken { $0.uint(value) } }
    public mutating func bool(_ value: Bool) { appendToken { $0.bool(value) } }
    public mutating func null() { appendToken { $0.null() } }

    /// The shortest form that reads back as the same double and never as an integer; null for what JSON cannot say.
    public mutating func double(_ value: Double) { appendToken { $0.double(value) } }

    // MARK: Serialised values

    /// Writes a piece of JSON text as it stands, its commas and colons with it: several tokens in one step. What comes
    /// next is taken to begin a value or key.
    public mutating func verbatim(_ json: StaticString) {
        followsValue = false
        raw(json)
        followsValue = false
    }

    /// Writes a value that is already JSON text.
    public mutating func raw(_ json: StaticString) {
        json.withUTF8Buffer { unsafe raw(UnsafeRawBufferPointer($0)) }
    }

    public mutating func raw(_ json: [UInt8]) {
        unsafe json.span.bytes.withUnsafeBytes { unsafe raw($0) }
    }

    public mutating func raw(_ json: UnsafeRawBufferPointer) {
        appendToken(ofAtMost: json.count) { unsafe $0.put(json) }
    }
}
