public import Dialects

/// The rates of one service, with those for large prompts.
public struct RateCard: Equatable, Sendable {
    /// In force as a whole when the prompt, cached parts included, is larger than a size.
    public struct Tier: Equatable, Sendable {
        public var aboveInputTokens: Int
        /// Complete: a class that the tier does not name has its rate from below.
        public var rates: TokenRates

        public init(aboveInputTokens: Int, rates: TokenRates) {
            self.aboveInputTokens = aboveInputTokens
            self.rates = rates
        }
    }

    public var rates: TokenRates
    /// By size, the smallest first.
    public var tiers: [Tier]

    public init(rates: TokenRates, tiers: [Tier] = []) {
        self.rates = rates
        self.tiers = tiers
    }

    /// What holds for a prompt of so many tokens.
    public func rates(forPromptOf tokens: Int) -> TokenRates {
        tiers.last { tokens > $0.aboveInputTokens }?.rates ?? rates
    }

    /// Nano-dollars: the exact sum over the classes, rounded half to even once. Nil when a class that was used has no
    /// price or the sum does not fit.
    public func cost(of usage: TokenUsage) -> Int? {
        let rates = rates(forPromptOf: usage.promptTotal)
        var sum = PicoDollars()
        sum.add(usage.input, rates.input)
        sum.add(usage.cacheRead, rates.cacheRead)
        sum.add(usage.cacheWrite, rates.cacheWrite)
        sum.add(usage.cacheWriteHour, rates.cacheWriteHour)
        sum.add(usage.output, rates.output)
        sum.add(usage.reasoning, rates.reasoning ?? rates.output)
        sum.add(usage.audioInput, rates.audioInput)
        sum.add(usage.audioOutput, rates.audioOutput)
        return sum.nanoDollars
    }
}

/// An exact sum of tokens times rates.
private struct PicoDollars {
    /// Nil once something had no price or did not fit.
    private var total: Int? = 0

    mutating func add(_ tokens: Int, _ rate: Int?) {
        guard tokens > 0, let before = total else { return }
        total = nil
        guard let rate else { return }
        let (product, overflow) = tokens.multipliedReportingOverflow(by: rate)
        let (sum, carried) = before.addingReportingOverflow(product)
        if !overflow, !carried { total = sum }
    }

    var nanoDollars: Int? {
        guard let total else { return nil }
        let (quotient, remainder) = total.quotientAndRemainder(dividingBy: 1000)
        let roundsUp = remainder > 500 || (remainder == 500 && quotient % 2 == 1)
        return quotient + (roundsUp ? 1 : 0)
    }
}
