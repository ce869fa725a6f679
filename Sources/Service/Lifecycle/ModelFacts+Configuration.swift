internal import HubCore

extension ModelFacts {
    init(_ model: ModelConfiguration) {
        self.init(
            id: model.id, contextWindow: model.contextWindow, maximumOutputTokens: model.maximumOutputTokens,
            capabilities: model.capabilities,
            price: model.pricing.map { Price(standard: RateCard($0.tokens, $0.tiers)) })
        deadlines.modelClass = model.modelClass
        deadlines.firstToken = model.firstToken
        deadlines.idle = model.idle
        deadlines.total = model.total
    }
}

extension PriceBook {
    init(_ rows: [PriceRow]) {
        self.init(
            rows.map { row in
                Row(
                    provider: row.provider, model: row.model,
                    price: Price(effectiveFrom: row.effectiveFrom, standard: RateCard(row.tokens, row.tiers)))
            })
    }
}

extension RateCard {
    fileprivate init(_ prices: TokenPrices, _ tiers: [PricingTier]) {
        let rates = TokenRates(prices)
        self.init(
            rates: rates,
            tiers: tiers.sorted { $0.aboveInputTokens < $1.aboveInputTokens }.map { tier in
                Tier(aboveInputTokens: tier.aboveInputTokens, rates: TokenRates(tier.tokens).over(rates))
            })
    }
}

extension TokenRates {
    fileprivate init(_ prices: TokenPrices) {
        self.init()
        input = prices.input?.picodollars
        cacheRead = prices.cacheRead?.picodollars
        cacheWrite = prices.cacheWrite?.picodollars
        cacheWriteHour = prices.cacheWriteHour?.picodollars
        output = prices.output?.picodollars
        reasoning = prices.reasoning?.picodollars
        audioInput = prices.audioInput?.picodollars
        audioOutput = prices.audioOutput?.picodollars
    }
}
