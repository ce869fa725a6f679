/// Digits by table, two at a time, written by address: whoever calls has made the room.
enum DigitText {
    /// Two decimal digits for each number below a hundred.
    private static let decimals: StaticString = """
        0001020304050607080910111213141516171819\
        2021222324252627282930313233343536373839\
        4041424344454647484950515253545556575859\
        6061626364656667686970717273747576777879\
        8081828384858687888990919293949596979899
        """

    /// Two lower-case hex digits for each byte.
    private static let hexadecimals: StaticString = """
        000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
        202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\
        404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f\
        606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f\
        808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f\
        a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf\
        c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf\
        e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff
        """

    /// At most 20.
    @inline(__always)
    static func decimalCount(of value: UInt64) -> Int {
        var count = 1
        var rest = value
        while rest >= 10_000 {
            rest /= 10_000
            count += 4
        }
        return count + (rest >= 10 ? 1 : 0) + (rest >= 100 ? 1 : 0) + (rest >= 1000 ? 1 : 0)
    }

    /// The last `count` decimal digits of `value`, with zeros in front where it has fewer.
    @inline(__always)
    static func writeDecimal(_ value: UInt64, count: Int, to target: UnsafeMutableRawPointer) {
        var position = unsafe target + count
        var rest = value
        var left = count
        // A remainder below 100 keeps each load inside the 200 bytes of the table.
        while left >= 2 {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            unsafe position -= 2
            unsafe position.storeBytes(of: Self.pair(Self.decimals, Int(pair)), as: UInt16.self)
            rest = quotient
            left -= 2
        }
        // An odd count leaves the first digit, which is a place before the last pair.
        if left == 1 {
            unsafe (position - 1).storeBytes(
                of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), as: UInt8.self)
        }
    }

    /// The last `count` hex digits of `value`, lower case.
    @inline(__always)
    static func writeHex(_ value: UInt64, count: Int, to target: UnsafeMutableRawPointer) {
        var position = unsafe target + count
        var rest = value
        var left = count
        while left >= 2 {
            unsafe position -= 2
            unsafe position.storeBytes(of: Self.pair(Self.hexadecimals, Int(rest & 0xFF)), as: UInt16.self)
            rest >>= 8
            left -= 2
        }
        if left == 1 {
            let digit = UInt8(truncatingIfNeeded: rest & 0xF)
            let text = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            unsafe (position - 1).storeBytes(of: text, as: UInt8.self)
        }
    }

    @inline(__always)
    private static func pair(_ table: StaticString, _ index: Int) -> UInt16 {
        unsafe UnsafeRawPointer(table.utf8Start).loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
    }
}
