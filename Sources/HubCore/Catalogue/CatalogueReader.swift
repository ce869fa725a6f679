internal import Wire

/// Reads the objects of a catalogue strictly: every mistake is kept with its path.
struct CatalogueReader {
    /// More than this many mistakes are counted, not kept.
    static let maximumFaults = 100

    private(set) var faults: [CatalogueFault] = []
    private(set) var omitted = 0

    mutating func fail(_ path: String, _ message: String) {
        guard faults.count < Self.maximumFaults else {
            omitted += 1
            return
        }
        faults.append(CatalogueFault(path: path, message: message))
    }

    /// The entry of one model. What is wrong is reported and left out.
    mutating func facts(id: String, _ value: JSONValue, path: String) -> ModelFacts {
        var facts = ModelFacts(id: id)
        facts.isListed = true
        members(value, path) { reader, key, value, path in
            switch key {
            case "context_window": facts.contextWindow = reader.count(value, path)
            case "max_output_tokens": facts.maximumOutputTokens = reader.count(value, path)
            case "capabilities": facts.capabilities = reader.words(value, path)
            case "quirks": facts.quirks = reader.quirks(value, path)
            case "deprecation_date": facts.deprecation = reader.day(value, path)
            case "prices": facts.prices = reader.prices(value, path)
            case "source": _ = reader.text(value, path)
            default: return false
            }
            return true
        }
        return facts
    }

    private mutating func quirks(_ value: JSONValue, _ path: String) -> ModelQuirks {
        var quirks = ModelQuirks()
        members(value, path) { reader, key, value, path in
            switch key {
            case "limit": quirks.limitsCompletionTokens = reader.isWord("max_completion_tokens", value, path)
            case "refuses": quirks.refusedFields = reader.words(value, path)
            case "turns": quirks.needsAlternatingTurns = reader.isWord("alternating", value, path)
            case "thinking": quirks.thinksAdaptively = reader.isWord("adaptive", value, path)
            case "prefill": quirks.acceptsPrefill = reader.bool(value, path) ?? true
            case "system_role": quirks.acceptsSystemRole = reader.bool(value, path) ?? true
            case "efforts": quirks.furtherEfforts = reader.words(value, path)
            case "default_effort": quirks.defaultEffort = reader.text(value, path)
            case "form": quirks.onlyForm = reader.text(value, path).flatMap { reader.form($0, path) }
            case "inputs_per_call": quirks.inputsPerCall = reader.count(value, path)
            case "embeds": quirks.embedsSingly = reader.isWord("singly", value, path)
            case "extra_content": quirks.takesExtraContent = reader.bool(value, path) ?? false
            case "cache_minimum": quirks.minimumCachedTokens = reader.count(value, path)
            default: return false
            }
            return true
        }
        return quirks
    }

    private mutating func form(_ word: String, _ path: String) -> ModelQuirks.Form? {
        let form = ModelQuirks.Form(rawValue: word)
        if form == nil { fail(path, "must be chat or responses") }
        return form
    }

    // MARK: Prices

    private mutating func prices(_ value: JSONValue, _ path: String) -> PriceHistory {
        var prices: [Price] = []
        elements(value, path, limit: 1000) { reader, value, path in
            let price = reader.price(value, path)
            if let last = prices.last, price.start <= last.start {
                reader.fail(path, "must be from a later day than the price before it")
            }
            prices.append(price)
        }
        if value.isArray, prices.isEmpty { fail(path, "must hold a price; leave it out where none is known") }
        return PriceHistory(prices)
    }

    private mutating func price(_ value: JSONValue, _ path: String) -> Price {
        var price = Price(standard: RateCard(rates: TokenRates()))
        price.standard = card(value, path) { reader, key, value, path in
            switch key {
            case "from": price.effectiveFrom = reader.day(value, path)
            case "batch", "flex", "priority":
                guard let service = Price.Service(rawValue: key) else { return false }
                price.services[service] = reader.card(value, path) { _, _, _, _ in false }
            default: return false
            }
            return true
        }
        return price
    }

    /// Rates and tiers.
    private mutating func card(
        _ value: JSONValue, _ path: String,
        _ other: (inout CatalogueReader, String, JSONValue, String) -> Bool
    ) -> RateCard {
        var rates = TokenRates()
        var tiers: [RateCard.Tier] = []
        members(value, path) { reader, key, value, path in
            if key == "tiers" {
                tiers = reader.tiers(value, path)
            } else if let field = TokenRates.classes.first(where: { "\($0.name)" == key })?.field {
                rates[keyPath: field] = reader.rate(value, path)
            } else {
                return other(&reader, key, value, path)
            }
            return true
        }
        if value.isObject, value["input"] == nil || value["output"] == nil {
            fail(path, "needs rates of input and output")
        }
        return RateCard(
            rates: rates,
            tiers: tiers.map { .init(aboveInputTokens: $0.aboveInputTokens, rates: $0.rates.over(rates)) })
    }

    private mutating func tiers(_ value: JSONValue, _ path: String) -> [RateCard.Tier] {
        var tiers: [RateCard.Tier] = []
        elements(value, path, limit: 20) { reader, value, path in
            var tier = RateCard.Tier(aboveInputTokens: 0, rates: TokenRates())
            reader.members(value, path) { reader, key, value, path in
                if key == "above_input_tokens" {
                    tier.aboveInputTokens = reader.count(value, path) ?? 0
                } else if let field = TokenRates.classes.first(where: { "\($0.name)" == key })?.field {
                    tier.rates[keyPath: field] = reader.rate(value, path)
                } else {
                    return false
                }
                return true
            }
            if tier.aboveInputTokens <= tiers.last?.aboveInputTokens ?? 0 {
                reader.fail(path, "above_input_tokens must be there and larger than the tier's before it")
            }
            tiers.append(tier)
        }
        return tiers
    }

    private mutating func rate(_ value: JSONValue, _ path: String) -> Int? {
        guard let rate = value.double.flatMap({ TokenRates.picoDollars(perMillionTokens: $0) }) else {
            fail(path, "must be USD per million tokens, 0..1000000 with at most 6 decimals")
            return nil
        }
        return rate
    }
}
