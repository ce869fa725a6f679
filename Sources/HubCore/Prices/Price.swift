public import Dialects
public import Wire

/// What a model costs from a day on.
public struct Price: Equatable, Sendable {
    /// How a call is served, where that has a price of its own.
    public enum Service: String, CaseIterable, Sendable {
        case standard, batch, flex, priority
    }

    /// Nil: as far back as is known.
    public var effectiveFrom: CalendarDay?
    public var standard: RateCard
    /// Services with rates of their own.
    public var services: [Service: RateCard]

    public init(effectiveFrom: CalendarDay? = nil, standard: RateCard, services: [Service: RateCard] = [:]) {
        self.effectiveFrom = effectiveFrom
        self.standard = standard
        self.services = services
    }

    /// A price without tiers, in pico-dollars per token.
    public init(input: Int, cacheRead: Int? = nil, cacheWrite: Int? = nil, output: Int, reasoning: Int? = nil) {
        var rates = TokenRates()
        rates.input = input
        rates.cacheRead = cacheRead
        rates.cacheWrite = cacheWrite
        rates.output = output
        rates.reasoning = reasoning
        self.init(standard: RateCard(rates: rates))
    }

    /// Days since 1970.
    var start: Int { effectiveFrom?.daysSince1970 ?? .min }

    /// Nano-dollars, or nil where the price of a class that was used, or of the service, is unknown.
    public func cost(of usage: TokenUsage, service: Service = .standard) -> Int? {
        (service == .standard ? standard : services[service])?.cost(of: usage)
    }
}

/// The prices of one model over time.
public struct PriceHistory: Equatable, Sendable {
    /// The oldest first.
    public let prices: [Price]

    /// - Parameter prices: in any order; of two from one day the later in the list holds.
    public init(_ prices: [Price] = []) {
        var byDay: [CalendarDay?: Price] = [:]
        for price in prices { byDay[price.effectiveFrom] = price }
        self.prices = byDay.values.sorted { $0.start < $1.start }
    }

    /// The price in force on a day; nil before the first one.
    public func price(on day: CalendarDay) -> Price? {
        position(on: day).map { prices[$0] }
    }

    /// Nano-dollars at the price in force on a day, or nil where that is not known.
    func cost(of usage: TokenUsage, service: Price.Service, on day: CalendarDay) -> Int? {
        position(on: day).flatMap { prices[$0].cost(of: usage, service: service) }
    }

    private func position(on day: CalendarDay) -> Int? {
        prices.indices.last { prices[$0].start <= day.daysSince1970 }
    }

    /// `newer` from its first day on, these before it.
    public func replaced(by newer: PriceHistory) -> PriceHistory {
        guard let first = newer.prices.first else { return self }
        return PriceHistory(prices.filter { $0.start < first.start } + newer.prices)
    }
}
