internal import Wire

/// A price per token in pico-dollars, so that sums are exact. On paper it is USD per million tokens.
struct TokenPrice: Sendable, Equatable {
    let picodollars: Int

    /// From a decimal of USD per million tokens with at most 6 decimals; nil for anything else or above 1,000,000.
    init?(dollarsPerMillion text: String) {
        guard let value = fixedPoint(text, decimals: 6), (0...1_000_000_000_000).contains(value) else { return nil }
        picodollars = value
    }

    /// USD per million tokens.
    var description: String {
        fixedPointText(picodollars, decimals: 6)
    }
}

/// Prices per token class; a class without one makes its use unpriced, except that reasoning costs as output.
struct TokenPrices: Sendable, Equatable {
    var input: TokenPrice?
    var cacheRead: TokenPrice?
    var cacheWrite: TokenPrice?
    var cacheWriteHour: TokenPrice?
    var output: TokenPrice?
    var reasoning: TokenPrice?
    var audioInput: TokenPrice?
    var audioOutput: TokenPrice?
}

/// What has prices per token class among its keys.
protocol PricedConfiguration: ConfigurationGroup {
    var tokens: TokenPrices { get set }
}

struct ModelPricing: PricedConfiguration {
    var tokens = TokenPrices()
    /// Per million images, as the other prices.
    var perImage: TokenPrice?
    /// Prices for longer inputs.
    var tiers: [PricingTier] = []
}

/// Prices that hold when the input is longer than `aboveInputTokens`.
struct PricingTier: PricedConfiguration {
    var aboveInputTokens = 0
    var tokens = TokenPrices()
}

/// `prices_file`.
struct PricesFile: ConfigurationGroup {
    var rows: [PriceRow] = []
}

/// A row of `prices_file`: what a model costs from a day on.
struct PriceRow: PricedConfiguration {
    var provider = ""
    var model = ""
    /// The row's name in reports.
    var id: String?
    var effectiveFrom = CalendarDay(daysSince1970: 0)
    var tokens = TokenPrices()
    var perImage: TokenPrice?
    var tiers: [PricingTier] = []
}

/// `text` times 10^`decimals`, exactly; nil when it has more decimals, a sign, an exponent, or does not fit.
private func fixedPoint(_ text: String, decimals: Int) -> Int? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty, whole.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
    let fraction = parts.count == 2 ? parts[1] : "0"
    guard !fraction.isEmpty, fraction.utf8.count <= decimals, fraction.utf8.allSatisfy(\.isASCIIDigit) else {
        return nil
    }
    return Int(whole + fraction + String(repeating: "0", count: decimals - fraction.utf8.count))
}

private func fixedPointText(_ value: Int, decimals: Int) -> String {
    let digits = String(repeating: "0", count: max(0, decimals + 1 - "\(value)".count)) + "\(value)"
    var fraction = digits.suffix(decimals)
    while fraction.last == "0" { fraction = fraction.dropLast() }
    return fraction.isEmpty ? String(digits.dropLast(decimals)) : "\(digits.dropLast(decimals)).\(fraction)"
}
