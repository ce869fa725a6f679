internal import HubCore
internal import Wire

/// A price as clients see it: USD per million tokens. Contract 12.3.
enum PriceJSON {
    static func write(_ price: Price, to writer: inout JSONWriter) {
        writer.beginObject()
        if let start = price.effectiveFrom { writer.member("effective_from", start.text) }
        writeMembers(price.standard, to: &writer)
        for (name, service) in [
            ("batch" as StaticString, Price.Service.batch), ("flex", .flex), ("priority", .priority),
        ] {
            guard let card = price.services[service] else { continue }
            writer.key(name)
            writer.beginObject()
            writeMembers(card, to: &writer)
            writer.endObject()
        }
        writer.endObject()
    }

    private static func writeMembers(_ card: RateCard, to writer: inout JSONWriter) {
        write(card.rates, to: &writer)
        guard !card.tiers.isEmpty else { return }
        writer.key("tiers")
        writer.beginArray()
        for tier in card.tiers {
            writer.beginObject()
            writer.member("above_input_tokens", tier.aboveInputTokens)
            write(tier.rates, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(_ rates: TokenRates, to writer: inout JSONWriter) {
        for (name, field) in TokenRates.classes {
            // Pico-dollars per token are micro-dollars per million tokens.
            if let pico = rates[keyPath: field] { writer.member(name, Double(pico) / 1_000_000) }
        }
    }
}
