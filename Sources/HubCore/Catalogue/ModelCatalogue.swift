internal import Wire

/// What is known of the models that vendors offer: limits, capabilities, quirks and dated prices.
///
/// Immutable; a reload makes a new one. Reading takes no lock and keeps nothing.
public struct ModelCatalogue: Sendable {
    private let text: CatalogueText

    /// The one inside the program.
    public static let builtIn = ModelCatalogue(text: .builtIn)

    init(text: CatalogueText) {
        self.text = text
    }

    /// - Parameters:
    ///   - vendor: `openai`, `anthropic`, `google`, `vertex`, `azure`, `bedrock`, or a vendor of OpenAI's form.
    ///   - model: the vendor's own name. A fine-tuned model of OpenAI is known by the one it was made from.
    /// - Returns: nil for a model that is not listed.
    public func facts(of model: String, at vendor: String) -> ModelFacts? {
        guard let value = value(of: model, at: vendor) ?? Self.fineTuned(model).flatMap({ value(of: $0, at: vendor) })
        else { return nil }
        // What is listed was checked: the built-in one by the tests, another when it was loaded.
        guard let document = try? JSONDocument.parse(value) else { return nil }
        var reader = CatalogueReader()
        return reader.facts(id: model, document.root, path: "")
    }

    /// Whether a model is listed, without reading its entry.
    public func lists(_ model: String, at vendor: String) -> Bool {
        value(of: model, at: vendor) != nil
    }

    /// The names of all models of a vendor, in order.
    public func models(at vendor: String) -> [String] {
        let vendor = Array(vendor.utf8)
        return text.withLines { CatalogueLines.models(at: vendor.span, in: $0) }
    }

    private func value(of model: String, at vendor: String) -> [UInt8]? {
        text.withLines { lines in
            CatalogueLines.value(of: model.utf8Span.span, at: vendor.utf8Span.span, in: lines)
        }
    }

    /// `ft:gpt-4o-2024-08-06` of `ft:gpt-4o-2024-08-06:organization::id`.
    private static func fineTuned(_ model: String) -> String? {
        guard model.hasPrefix("ft:") else { return nil }
        let parts = model.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? "\(parts[0]):\(parts[1])" : nil
    }
}
