public import Wire

/// Nano-dollars as decimal dollars: exact, without exponent or trailing zeros. `0.00000255` for 2550.
public enum Money {
    public static func append(nano: Int, to out: inout [UInt8]) {
        out.append(room: longestText) { append(nano: nano, to: &$0) }
    }

    /// Takes at most `longestText` bytes.
    public static func append(nano: Int, to out: inout TextCursor) {
        if nano < 0 { out.put("-") }
        var (whole, fraction) = UInt64(nano.magnitude).quotientAndRemainder(dividingBy: 1_000_000_000)
        out.decimal(whole)
        guard fraction > 0 else { return }
        var digits = 9
        while fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        out.put(".")
        out.decimal(fraction, minimumDigits: digits)
    }

    public static let longestText = 24

    public static func dollars(nano: Int) -> String {
        var out: [UInt8] = []
        append(nano: nano, to: &out)
        return String(decoding: out, as: UTF8.self)
    }
}
