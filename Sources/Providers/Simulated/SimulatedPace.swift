internal import Wire

/// When the tokens of a simulated answer come, counted from the start of its call. Pure.
struct SimulatedPace {
    private let first: Duration
    /// Zero: the others come with the first.
    private let gap: Duration
    private let tokensPerSecond: Double
    private let jitter: Double
    private var random: RandomSource
    private var position = 0
    private var elapsed = Duration.zero

    init(_ options: SimulatedOptions, random: RandomSource) {
        first = options.timeToFirstToken
        tokensPerSecond = options.tokensPerSecond
        gap = tokensPerSecond > 0 ? .seconds(1 / tokensPerSecond) : .zero
        jitter = options.jitter
        self.random = random
    }

    /// When the next token comes. Each delay, the one before the first included, varies on its own.
    mutating func next() -> Duration {
        defer { position += 1 }
        guard jitter > 0 else { return even(position) }
        elapsed += (position == 0 ? first : gap) * (1 + jitter * (2 * random.unit() - 1))
        return elapsed
    }

    /// When an answer of so many tokens is whole: as late as the token after its last one would be.
    func end(ofTokens count: Int) -> Duration {
        guard jitter > 0 else { return even(count) }
        var pace = self
        for _ in 0..<count { _ = pace.next() }
        return pace.next()
    }

    /// Multiplied, for the sum of many gaps would be off by their roundings.
    private func even(_ position: Int) -> Duration {
        tokensPerSecond > 0 ? first + .seconds(Double(position) / tokensPerSecond) : first
    }
}

extension RandomSource {
    /// 0 up to, but not including, 1.
    mutating func unit() -> Double {
        Double(next() >> 11) / Double(1 << 53)
    }
}
