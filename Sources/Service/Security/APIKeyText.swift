internal import Crypto

/// API keys of the hub's own making: `hub_` and 32 random bytes in base 62, 43 digits.
enum APIKeyText {
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let digitCount = 43

    static func make() -> String { text(SecureRandom.bytes(32)) }

    /// - Parameter bytes: at most 32; the first is the highest.
    static func text(_ bytes: [UInt8]) -> String {
        var rest = bytes
        var text: [UInt8] = []
        for _ in 0..<digitCount {
            var remainder = 0
            for index in rest.indices {
                let value = remainder << 8 | Int(rest[index])
                rest[index] = UInt8(value / digits.count)
                remainder = value % digits.count
            }
            text.append(digits[remainder])
        }
        return "hub_" + String(decoding: text.reversed(), as: UTF8.self)
    }

    /// Nobody could ask a hub that wants a key and knows none. It is the operator's, and ends with the process.
    static func firstKey(_ configuration: AuthenticationConfiguration) -> Secret? {
        configuration.isEnabled && !configuration.hasCredentials ? Secret(make()) : nil
    }
}
