/// A value inside a parsed document: the document and a place on its tape. Cheap to copy; keeps the document alive.
@frozen
public struct JSONValue: Sendable {
    public enum Kind: Sendable {
        case object, array, string, int
        /// An integer above `Int.max`.
        case uint
        case double, bool, null
    }

    @usableFromInline let document: JSONDocument
    @usableFromInline let index: Int

    @inlinable
    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    /// The size of the whole text that the value was read in: about what writing its document again takes.
    public var documentBytes: Int { document.textBytes }

    @inlinable var type: UInt8 { document.type(at: index) }

    public var kind: Kind {
        switch type {
        case JSONTape.object: .object
        case JSONTape.array: .array
        case JSONTape.string: .string
        case JSONTape.int: .int
        case JSONTape.uint: .uint
        case JSONTape.double: .double
        case JSONTape.true, JSONTape.false: .bool
        default: .null
        }
    }

    @inlinable public var isObject: Bool { type == JSONTape.object }
    @inlinable public var isArray: Bool { type == JSONTape.array }
    @inlinable public var isString: Bool { type == JSONTape.string }
    @inlinable public var isNumber: Bool {
        type == JSONTape.int || type == JSONTape.uint || type == JSONTape.double
    }
    @inlinable public var isNull: Bool { type == UInt8(ascii: "n") }

    @inlinable
    public var bool: Bool? {
        switch type {
        case JSONTape.true: true
        case JSONTape.false: false
        default: nil
        }
    }
}

// MARK: Numbers

extension JSONValue {
    /// An integer that fits in 64 bits with sign. Nil for a double, also an integral one.
    @inlinable
    public var int: Int? {
        type == JSONTape.int ? Int(truncatingIfNeeded: document.number(at: index)) : nil
    }

    /// An integer from 0 up.
    @inlinable
    public var uint64: UInt64? {
        switch type {
        case JSONTape.uint: document.number(at: index)
        case JSONTape.int: UInt64(exactly: Int64(bitPattern: document.number(at: index)))
        default: nil
        }
    }

    /// Any number; an integer above 2^53 is rounded.
    public var double: Double? {
        let bits = document.number(at: index)
        return switch type {
        case JSONTape.double: Double(bitPattern: bits)
        case JSONTape.int: Double(Int64(bitPattern: bits))
        case JSONTape.uint: Double(bits)
        default: nil
        }
    }
}

// MARK: Strings

extension JSONValue {
    public var string: String? {
        isString ? unsafe String(decoding: document.utf8(at: index), as: UTF8.self) : nil
    }

    /// Calls `body` with the bytes of a string, without making a String. Nil if the value is no string.
    @inlinable
    public func withUTF8<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard isString else { return nil }
        return try unsafe body(document.utf8(at: index))
    }

    /// Whether the value is the string `text`, byte for byte.
    public func equals(_ text: StaticString) -> Bool {
        isString && JSONKey(document: document, index: index).equals(text)
    }
}
