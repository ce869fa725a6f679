/// The headers of a message: name length, name, type, value, each after the other.
enum EventStreamHeaders {
    /// AWS's bound for a value of bytes or text.
    static let maximumValueBytes = 32767

    static func read(_ bytes: Span<UInt8>) throws(EventStreamError) -> [EventStreamMessage.Header] {
        var headers: [EventStreamMessage.Header] = []
        var position = 0
        while position < bytes.count {
            let nameLength = Int(try integer(UInt8.self, bytes, &position))
            guard nameLength > 0 else { throw .header }
            let name = try text(nameLength, bytes, &position)
            headers.append(EventStreamMessage.Header(name, try value(bytes, &position)))
        }
        return headers
    }

    private static func value(
        _ bytes: Span<UInt8>, _ position: inout Int
    ) throws(EventStreamError) -> EventStreamMessage.Value {
        switch try integer(UInt8.self, bytes, &position) {
        case 0: return .bool(true)
        case 1: return .bool(false)
        case 2: return .int8(try integer(Int8.self, bytes, &position))
        case 3: return .int16(try integer(Int16.self, bytes, &position))
        case 4: return .int32(try integer(Int32.self, bytes, &position))
        case 5: return .int64(try integer(Int64.self, bytes, &position))
        case 6: return .bytes(try take(valueLength(bytes, &position), bytes, &position))
        case 7: return .string(try text(valueLength(bytes, &position), bytes, &position))
        case 8: return .timestamp(try integer(Int64.self, bytes, &position))
        case 9: return .uuid(try take(16, bytes, &position))
        default: throw .header
        }
    }

    private static func valueLength(_ bytes: Span<UInt8>, _ position: inout Int) throws(EventStreamError) -> Int {
        let length = Int(try integer(UInt16.self, bytes, &position))
        guard length <= maximumValueBytes else { throw .header }
        return length
    }

    private static func text(
        _ length: Int, _ bytes: Span<UInt8>, _ position: inout Int
    ) throws(EventStreamError) -> String {
        guard let text = String(validating: try take(length, bytes, &position), as: UTF8.self) else { throw .header }
        return text
    }

    private static func take(
        _ count: Int, _ bytes: Span<UInt8>, _ position: inout Int
    ) throws(EventStreamError) -> [UInt8] {
        guard count <= bytes.count - position else { throw .header }
        defer { position += count }
        return (position..<position + count).map { bytes[$0] }
    }

    /// Big-endian.
    private static func integer<Integer: FixedWidthInteger>(
        _: Integer.Type, _ bytes: Span<UInt8>, _ position: inout Int
    ) throws(EventStreamError) -> Integer {
        var value: UInt64 = 0
        let size = Integer.bitWidth / 8
        guard size <= bytes.count - position else { throw .header }
        for offset in 0..<size { value = value << 8 | UInt64(bytes[position + offset]) }
        position += size
        return Integer(truncatingIfNeeded: value)
    }
}
