/// Appenders for wire formats: bytes straight into a growing array, no text made on the way.
extension Array where Element == UInt8 {
    @inlinable
    public mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    @inlinable
    public mutating func append(utf8 text: String) {
        append(contentsOf: text.utf8)
    }

    /// In decimal, with `-` when negative.
    @inlinable
    public mutating func appendDecimal(_ number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        appendDigits(UInt64(number.magnitude), radix: 10, minimumDigits: 1)
    }

    /// In decimal, with zeros in front up to `digits`.
    @inlinable
    public mutating func appendDecimal(_ number: UInt64, minimumDigits digits: Int) {
        appendDigits(number, radix: 10, minimumDigits: digits)
    }

    /// In lower-case hex, with zeros in front up to `digits`.
    @inlinable
    public mutating func appendHex(_ number: UInt64, minimumDigits digits: Int = 1) {
        appendDigits(number, radix: 16, minimumDigits: digits)
    }

    @inlinable
    mutating func appendDigits(_ number: UInt64, radix: UInt64, minimumDigits: Int) {
        var low = count
        var rest = number
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % radix)
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
            rest /= radix
        } while rest > 0
        while count - low < minimumDigits { append(UInt8(ascii: "0")) }
        var high = count - 1
        while low < high {
            swapAt(low, high)
            low += 1
            high -= 1
        }
    }
}
