/// Nano-dollars as decimal dollars.
public enum Money {
    /// `0.00000255` for 2550: exact, without exponent or trailing zeros.
    public static func dollars(nano: Int) -> String {
        let magnitude = nano.magnitude
        var digits = String(magnitude % 1_000_000_000)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        let sign = nano < 0 ? "-" : ""
        return sign + String(magnitude / 1_000_000_000) + (digits.isEmpty ? "" : "." + digits)
    }
}
