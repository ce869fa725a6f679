/// Pico-dollars per token of each class. Nil: the class has no price.
public struct TokenRates: Equatable, Sendable {
    public var input: Int?
    public var cacheRead: Int?
    /// Written for the provider's default time.
    public var cacheWrite: Int?
    /// Written for an hour.
    public var cacheWriteHour: Int?
    public var output: Int?
    /// Nil: as output.
    public var reasoning: Int?
    public var audioInput: Int?
    public var audioOutput: Int?
    /// Of tokens that images are counted as. No usage tells them apart yet: shown, not charged.
    public var imageInput: Int?
    public var imageOutput: Int?

    public init() {}

    /// 1 dollar per token: more than any provider's price, and small enough that sums of real usages fit.
    static let highest = 1_000_000_000_000

    /// Every class by its name in the catalogue and the contract.
    public static let classes: [(name: StaticString, field: any WritableKeyPath<TokenRates, Int?> & Sendable)] = [
        ("input", \.input), ("cache_read", \.cacheRead), ("cache_write", \.cacheWrite),
        ("cache_write_1h", \.cacheWriteHour), ("output", \.output), ("reasoning", \.reasoning),
        ("audio_input", \.audioInput), ("audio_output", \.audioOutput), ("image_input", \.imageInput),
        ("image_output", \.imageOutput),
    ]

    /// These rates, and those of `base` for the classes that have none here.
    public func over(_ base: TokenRates) -> TokenRates {
        var result = base
        for (_, field) in Self.classes {
            if let rate = self[keyPath: field] { result[keyPath: field] = rate }
        }
        return result
    }

    /// Pico-dollars per token from dollars per million tokens. Nil for what is negative, above 1,000,000 or has more
    /// than 6 decimals.
    public static func picoDollars(perMillionTokens dollars: Double) -> Int? {
        let pico = (dollars * 1_000_000).rounded()
        guard pico >= 0, pico <= Double(highest), pico / 1_000_000 == dollars else { return nil }
        return Int(pico)
    }
}
