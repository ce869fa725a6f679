public import Dialects

/// A rate card: pico-dollars per token and class. A class without a price makes what used it unpriced.
public struct Price: Equatable, Sendable {
    public var input: Int
    public var cacheRead: Int?
    public var cacheWrite: Int?
    public var output: Int
    /// Nil: as output.
    public var reasoning: Int?

    public init(input: Int, cacheRead: Int? = nil, cacheWrite: Int? = nil, output: Int, reasoning: Int? = nil) {
        self.input = input
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.output = output
        self.reasoning = reasoning
    }

    /// Pico-dollars per token from dollars per million tokens. Nil for negative or absurd values.
    public static func picoDollars(perMillionTokens dollars: Double) -> Int? {
        let pico = (dollars * 1_000_000).rounded()
        return pico >= 0 && pico <= 1e15 ? Int(pico) : nil
    }

    /// The exact sum in nano-dollars, rounded half to even once. Nil when a class that was used has no price
    /// or the sum does not fit.
    public func cost(of usage: TokenUsage) -> Int? {
        let parts: [(tokens: Int, price: Int?)] = [
            (usage.input, input), (usage.cacheRead, cacheRead), (usage.cacheWrite, cacheWrite),
            (usage.output, output), (usage.reasoning, reasoning ?? output),
        ]
        var pico = 0
        for (tokens, price) in parts where tokens > 0 {
            guard let price else { return nil }
            let (product, overflow) = tokens.multipliedReportingOverflow(by: price)
            let (sum, carried) = pico.addingReportingOverflow(product)
            if overflow || carried { return nil }
            pico = sum
        }
        let (quotient, remainder) = pico.quotientAndRemainder(dividingBy: 1000)
        let roundsUp = remainder > 500 || (remainder == 500 && quotient % 2 == 1)
        return quotient + (roundsUp ? 1 : 0)
    }
}
