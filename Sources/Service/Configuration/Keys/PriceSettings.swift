internal import Wire

extension PricedConfiguration {
    fileprivate static var tokenSettings: [Setting<Self>] {
        [
            .optional("input", \.tokens.input, .price, "Input that was not cached."),
            .optional("cache_read", \.tokens.cacheRead, .price, "Input read from the provider's cache."),
            .optional("cache_write", \.tokens.cacheWrite, .price, "Input written to it."),
            .optional("cache_write_1h", \.tokens.cacheWriteHour, .price, "Input written to it for an hour."),
            .optional("output", \.tokens.output, .price, "Visible output."),
            .optional("reasoning", \.tokens.reasoning, .price, "Reasoning; default: as output."),
            .optional("audio_input", \.tokens.audioInput, .price, "Sound in the input."),
            .optional("audio_output", \.tokens.audioOutput, .price, "Sound in the output."),
        ]
    }
}

extension ModelPricing {
    static let settings: [Setting<ModelPricing>] =
        tokenSettings + [
            .optional("per_image", \.perImage, .price, "Per million images.").notUsedYet,
            .value("tiers", \.tiers, .tiers, "Other prices for longer inputs."),
        ]
}

extension PricingTier {
    static let settings: [Setting<PricingTier>] =
        [
            .value("above_input_tokens", \.aboveInputTokens, .integer(1...1_000_000_000), "From the next token on.")
                .required
        ] + tokenSettings
}

extension PricesFile {
    static let settings: [Setting<PricesFile>] = [
        .value(
            "prices", \.rows,
            .list(of: .object(PriceRow.settings), limit: 10_000) {
                "\($0.provider)/\($0.model) from \($0.effectiveFrom.text)"
            },
            "In any order."
        ).required
    ]
}

extension PriceRow {
    static let settings: [Setting<PriceRow>] =
        [
            .value("provider", \.provider, .providerIdentifier, "The provider's id.").required,
            .value("model", \.model, .text(maximumLength: 256), "The provider's name of the model.").required,
            .optional("price_id", \.id, .text(maximumLength: 128), "The row's name in reports.").notUsedYet,
            .value("effective_from", \.effectiveFrom, .day, "The first day, in UTC.").required,
        ] + tokenSettings + [
            .optional("per_image", \.perImage, .price, "Per million images.").notUsedYet,
            .value("tiers", \.tiers, .tiers, "Other prices for longer inputs."),
        ]
}

extension ValueType where Value == [PricingTier] {
    fileprivate static var tiers: ValueType {
        .list(of: .object(PricingTier.settings), limit: 20) { "\($0.aboveInputTokens)" }
    }
}

extension ValueType where Value == CalendarDay {
    fileprivate static var day: ValueType {
        scalar(
            "a day such as 2026-09-01", kinds: [.string],
            parse: { text in
                let midnight = "T00:00:00Z"
                return CalendarDay(text.hasSuffix(midnight) ? String(text.dropLast(midnight.utf8.count)) : text)
            }, show: \.text)
    }
}
