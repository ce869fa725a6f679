/// Appenders for wire formats: bytes straight into a growing array, no text made on the way.
extension Array where Element == UInt8 {
    @inlinable
    public mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    @inlinable
    public mutating func append(utf8 text: String) {
        // Storage that is contiguous is copied at once; going through the view costs a loop.
        if unsafe text.utf8.withContiguousStorageIfAvailable({ unsafe append(contentsOf: $0) }) == nil {
            append(contentsOf: text.utf8)
        }
    }

    /// In decimal, with `-` when negative.
    public mutating func appendDecimal(_ number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        appendDecimal(UInt64(number.magnitude), minimumDigits: 1)
    }

    /// In decimal, with zeros in front up to `digits`.
    public mutating func appendDecimal(_ number: UInt64, minimumDigits digits: Int) {
        append(room: Swift.max(20, digits)) { $0.decimal(number, minimumDigits: digits) }
    }

    /// In lower-case hex, with zeros in front up to `digits`.
    public mutating func appendHex(_ number: UInt64, minimumDigits digits: Int = 1) {
        let count = Swift.max(digits, (64 - number.leadingZeroBitCount + 3) / 4)
        append(room: count) { $0.hex(number, digits: count) }
    }
}
