/// Numbers in JSON's grammar (RFC 8259, section 6).
enum JSONNumbers {
    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        var rest = value
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
        for position in first..<20 { bytes.append(digits[position]) }
    }

    /// Swift's description is the shortest decimal that round-trips and always has a point or an exponent, as in
    /// `1.0`, `-0.0` and `1e+16`.
    static func append(_ value: Double, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: value.isFinite ? value.description.utf8 : "null".utf8)
    }
}
