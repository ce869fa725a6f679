import Glibc

/// A line split at its first colon, without the one space that may follow it.
@safe
struct SSEField {
    enum Name {
        case data, event, id, retry
    }

    /// Nil for a name the standard does not know.
    let name: Name?
    let value: UnsafeRawBufferPointer

    init(_ line: UnsafeRawBufferPointer) {
        let colon = unsafe Self.colon(in: line)
        var start = min(colon + 1, line.count)
        if start < line.count, unsafe line[start] == UInt8(ascii: " ") { start += 1 }
        name = unsafe Self.name(of: UnsafeRawBufferPointer(rebasing: line[..<colon]))
        unsafe value = UnsafeRawBufferPointer(rebasing: line[start...])
    }

    /// The value as a number of ASCII digits alone, nil if it is none or too large.
    var decimal: Int? {
        var number = 0
        for position in 0..<(unsafe value.count) {
            let byte = unsafe value[position]
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (tenfold, overflows) = number.multipliedReportingOverflow(by: 10)
            let (sum, carries) = tenfold.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            if overflows || carries { return nil }
            number = sum
        }
        return unsafe value.count > 0 ? number : nil
    }

    private static func colon(in line: UnsafeRawBufferPointer) -> Int {
        guard let start = line.baseAddress, let found = unsafe memchr(start, Int32(UInt8(ascii: ":")), line.count)
        else { return line.count }
        return unsafe UnsafeRawPointer(found) - start
    }

    private static func name(of bytes: UnsafeRawBufferPointer) -> Name? {
        if unsafe bytes.equals("data") { return .data }
        if unsafe bytes.equals("event") { return .event }
        if unsafe bytes.equals("id") { return .id }
        return unsafe bytes.equals("retry") ? .retry : nil
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func equals(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { unsafe equals(UnsafeRawBufferPointer($0)) }
    }
}
