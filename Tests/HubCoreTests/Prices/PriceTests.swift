import Dialects
import HubCore
import Testing

struct PriceTests {
    private static let price = Price(input: 2_500_000, cacheRead: 1_250_000, output: 10_000_000)

    @Test(
        arguments: [
            (TokenUsage(input: 9, output: 2), 42_500), (TokenUsage(), 0), (TokenUsage(input: 1), 2500),
            (TokenUsage(input: 10, cacheRead: 4, output: 1), 40_000), (TokenUsage(reasoning: 3), 30_000),
            (TokenUsage(cacheWrite: 1), nil),
        ] as [(TokenUsage, Int?)])
    func `a cost is the sum over the classes`(usage: TokenUsage, nanoDollars: Int?) {
        #expect(Self.price.cost(of: usage) == nanoDollars)
    }

    @Test func `reasoning has its own price where there is one`() {
        let price = Price(input: 0, output: 1000, reasoning: 3000)
        #expect(price.cost(of: TokenUsage(output: 1, reasoning: 1)) == 4)
    }

    @Test(arguments: [(499, 0), (500, 0), (501, 1), (1499, 1), (1500, 2), (2500, 2), (2501, 3), (999, 1)])
    func `the sum is rounded once, half to even`(picoDollars: Int, nanoDollars: Int) {
        #expect(Price(input: picoDollars, output: 0).cost(of: TokenUsage(input: 1)) == nanoDollars)
    }

    @Test func `classes are added before rounding`() {
        let price = Price(input: 400, cacheRead: 400, output: 400)
        #expect(price.cost(of: TokenUsage(input: 1, cacheRead: 1, output: 1)) == 1)
    }

    @Test(arguments: [TokenUsage(input: .max), TokenUsage(input: 1 << 40, output: 1 << 40)])
    func `a cost that does not fit is unknown`(usage: TokenUsage) {
        #expect(Price(input: 1 << 30, output: 1 << 40).cost(of: usage) == nil)
    }

    @Test(
        arguments: [
            (2.5, 2_500_000), (0, 0), (0.000001, 1), (0.003625, 3625), (1_000_000, 1_000_000_000_000), (0.0000004, nil),
            (2.5000001, nil), (-1, nil), (1_000_001, nil), (.infinity, nil), (.nan, nil),
        ]
            as [(Double, Int?)])
    func `rates come in dollars per million tokens, exactly or not at all`(dollars: Double, picoDollars: Int?) {
        #expect(TokenRates.picoDollars(perMillionTokens: dollars) == picoDollars)
    }

    @Test func `a service without rates of its own has no known cost`() {
        var price = Self.price
        price.services[.batch] = RateCard(rates: Self.price.standard.rates)
        #expect(price.cost(of: TokenUsage(input: 9, output: 2), service: .batch) == 42_500)
        #expect(price.cost(of: TokenUsage(input: 9, output: 2), service: .flex) == nil)
    }

    @Test(
        arguments: [
            (#"{}"#, 3), (#"{"service_tier":null}"#, 3), (#"{"service_tier":"default"}"#, 3),
            (#"{"service_tier":"priority"}"#, 6), (#"{"response":{"service_tier":"priority"}}"#, 6),
            (#"{"usage":{"service_tier":"batch"}}"#, 1),
            (#"{"message":{"usage":{"service_tier":"standard"}}}"#, 3), (#"{"service_tier":"flex"}"#, nil),
            (#"{"service_tier":"scale"}"#, nil), (#"{"serviceTier":{"type":"priority"}}"#, 6),
            (#"{"metadata":{"serviceTier":{"type":"priority"}}}"#, 6), (#"{"serviceTier":{"type":"reserved"}}"#, nil),
            (#"{"usageMetadata":{"trafficType":"ON_DEMAND"}}"#, 3),
            (#"{"usageMetadata":{"trafficType":"ON_DEMAND_PRIORITY"}}"#, 6),
            (#"{"usageMetadata":{"trafficType":"ON_DEMAND_FLEX"}}"#, nil),
            (#"{"usageMetadata":{"trafficType":"PROVISIONED_THROUGHPUT"}}"#, nil),
        ] as [(String, Int?)])
    func `a call is paid as it was served, and unpriced where that has no price`(
        answer: String, nanoDollars: Int?
    ) async throws {
        var price = Price(input: 3000, output: 3000)
        price.services = [.priority: RateCard(rates: Self.rates(6000)), .batch: RateCard(rates: Self.rates(1000))]
        let chunk = StreamChunk(
            body: json(answer), hasPayload: true, hasChoices: true, usage: TokenUsage(input: 1), finishReason: nil)
        let provider = FakeProvider(
            "p", models: [ModelFacts(id: "m", price: price)], .run { _, receiver in receiver?.receive(chunk) })
        let fixture = HubFixture([provider])
        try await fixture.stream()
        #expect(fixture.context.costNanoDollars == nanoDollars)
    }

    private static func rates(_ rate: Int) -> TokenRates {
        var rates = TokenRates()
        rates.input = rate
        rates.output = rate
        return rates
    }
}
