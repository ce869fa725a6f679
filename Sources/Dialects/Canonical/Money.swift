internal import Wire

/// Nano-dollars as decimal dollars: exact, without exponent or trailing zeros. `0.00000255` for 2550.
public enum Money {
    public static func append(nano: Int, to out: inout [UInt8]) {
        if nano < 0 { out.append(UInt8(ascii: "-")) }
        let (whole, fraction) = nano.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        out.appendDecimal(UInt64(whole), minimumDigits: 1)
        guard fraction > 0 else { return }
        out.append(UInt8(ascii: "."))
        out.appendDecimal(UInt64(fraction), minimumDigits: 9)
        while out.last == UInt8(ascii: "0") { out.removeLast() }
    }

    public static func dollars(nano: Int) -> String {
        var out: [UInt8] = []
        append(nano: nano, to: &out)
        return String(decoding: out, as: UTF8.self)
    }
}
