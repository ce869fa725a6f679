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

    /// Digits are made from the last to the first in a buffer on the stack, then appended at once.
    @usableFromInline
    mutating func appendDigits(_ number: UInt64, radix: UInt64, minimumDigits: Int) {
        let capacity = Swift.max(20, minimumDigits)
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
            var start = capacity
            var rest = number
            let isHex = radix == 16
            repeat {
                let digit = UInt8(truncatingIfNeeded: isHex ? rest & 15 : rest % 10)
                start -= 1
                unsafe buffer[start] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
                rest = isHex ? rest >> 4 : rest / 10
            } while rest > 0
            while capacity - start < minimumDigits {
                start -= 1
                unsafe buffer[start] = UInt8(ascii: "0")
            }
            unsafe append(contentsOf: buffer[start...])
        }
    }
}
