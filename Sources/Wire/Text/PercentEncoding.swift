/// Percent-encoding of URI parts (RFC 3986 §2.1).
public enum PercentEncoding {
    /// Encodes every byte but the unreserved ones, `/` too, in upper case. What is encoded already is encoded again.
    public static func encode(_ text: some StringProtocol) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                out.append(byte)
            } else {
                out.append(UInt8(ascii: "%"))
                out.append(upperHex(byte >> 4))
                out.append(upperHex(byte & 0xF))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func upperHex(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
    }

    /// Decodes once. Nil for a bad escape, NUL, or a result that is not UTF-8.
    ///
    /// - Parameter plusIsSpace: reads `+` as a space, as in a form-encoded query; never in a path.
    public static func decode(_ text: String, plusIsSpace: Bool = false) -> String? {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard let decoded = decodeOne(byte, rest: &iterator, plusIsSpace: plusIsSpace), decoded != 0 else {
                return nil
            }
            out.append(decoded)
        }
        return String(validating: out, as: UTF8.self)
    }

    private static func decodeOne(
        _ byte: UInt8, rest: inout String.UTF8View.Iterator, plusIsSpace: Bool
    ) -> UInt8? {
        if byte == UInt8(ascii: "+"), plusIsSpace { return UInt8(ascii: " ") }
        guard byte == UInt8(ascii: "%") else { return byte }
        guard let high = rest.next().flatMap(Hex.value), let low = rest.next().flatMap(Hex.value) else { return nil }
        return high << 4 | low
    }
}
