/// Writes AWS's binary event stream.
public enum EventStreamWriter {
    /// Appends one message. Names of headers have 1 to 255 bytes, values of bytes and text at most 32,767: longer ones
    /// are a mistake of the program.
    public static func append(_ message: EventStreamMessage, to out: inout [UInt8]) {
        let start = out.count
        out.append(contentsOf: [UInt8](repeating: 0, count: 12))
        for header in message.headers { append(header, to: &out) }
        let headerBytes = out.count - start - 12
        out.append(contentsOf: message.payload)
        set(UInt32(out.count - start + 4), at: start, in: &out)
        set(UInt32(headerBytes), at: start + 4, in: &out)
        set(checksum(out, start..<start + 8), at: start + 8, in: &out)
        append(checksum(out, start..<out.count), to: &out)
    }

    private static func append(_ header: EventStreamMessage.Header, to out: inout [UInt8]) {
        let name = Array(header.name.utf8)
        precondition((1...255).contains(name.count), "a header's name has 1 to 255 bytes")
        out.append(UInt8(name.count))
        out.append(contentsOf: name)
        switch header.value {
        case .bool(let value): out.append(value ? 0 : 1)
        case .int8(let value): append(2, UInt8(bitPattern: value), to: &out)
        case .int16(let value): append(3, UInt16(bitPattern: value), to: &out)
        case .int32(let value): append(4, UInt32(bitPattern: value), to: &out)
        case .int64(let value): append(5, UInt64(bitPattern: value), to: &out)
        case .bytes(let value): append(6, value, to: &out)
        case .string(let value): append(7, Array(value.utf8), to: &out)
        case .timestamp(let value): append(8, UInt64(bitPattern: value), to: &out)
        case .uuid(let value):
            precondition(value.count == 16, "a UUID has 16 bytes")
            out.append(9)
            out.append(contentsOf: value)
        }
    }

    private static func append(_ type: UInt8, _ value: [UInt8], to out: inout [UInt8]) {
        precondition(value.count <= EventStreamHeaders.maximumValueBytes, "a header's value is too long")
        append(type, UInt16(value.count), to: &out)
        out.append(contentsOf: value)
    }

    private static func append<Integer: FixedWidthInteger>(_ type: UInt8, _ value: Integer, to out: inout [UInt8]) {
        out.append(type)
        append(value, to: &out)
    }

    /// Big-endian.
    private static func append<Integer: FixedWidthInteger>(_ value: Integer, to out: inout [UInt8]) {
        for shift in stride(from: Integer.bitWidth - 8, through: 0, by: -8) {
            out.append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
        }
    }

    private static func set(_ value: UInt32, at offset: Int, in out: inout [UInt8]) {
        for index in 0..<4 { out[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index)) }
    }

    private static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        var sum = CRC32()
        sum.update(bytes.span.extracting(range))
        return sum.value
    }
}
