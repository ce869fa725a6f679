/// `uri-host [ ":" port ]` (RFC 9110 §7.2), stricter than the grammar where a list or URI parser could disagree.
enum HostRule {
    /// Whether `range` holds a host that is not empty, with or without a port.
    static func accepts(_ bytes: Span<UInt8>, in range: ByteRange) -> Bool {
        let start = Int(range.start)
        let end = Int(range.end)
        guard start < end else { return false }
        let hostEnd =
            bytes[start] == UInt8(ascii: "[")
            ? endOfLiteral(bytes, from: start, to: end) : endOfName(bytes, from: start, to: end)
        guard let hostEnd else { return false }
        if hostEnd == end { return true }
        return bytes[hostEnd] == UInt8(ascii: ":") && isPort(bytes, from: hostEnd + 1, to: end)
    }

    private static func endOfName(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var offset = start
        while offset < end, ByteClass.isHostName(bytes[offset]) { offset += 1 }
        return offset > start ? offset : nil
    }

    /// `[` hex digits, colons and dots `]`: an IPv6 address without a zone.
    private static func endOfLiteral(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var offset = start + 1
        while offset < end, bytes[offset] != UInt8(ascii: "]") {
            let byte = bytes[offset]
            let isAddress = Hex.value(of: byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
            guard isAddress else { return nil }
            offset += 1
        }
        return offset < end && offset > start + 1 ? offset + 1 : nil
    }

    private static func isPort(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
        guard end - start <= 5 else { return false }
        var port = 0
        for offset in start..<end {
            guard ByteClass.isDigit(bytes[offset]) else { return false }
            port = port * 10 + Int(bytes[offset] - UInt8(ascii: "0"))
        }
        return port <= 65535
    }
}
