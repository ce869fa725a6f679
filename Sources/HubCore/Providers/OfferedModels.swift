/// What is known of the models of one provider: what its configuration says, over the operator's prices, over the
/// catalogue.
struct OfferedModels: Sendable {
    let provider: String
    /// Whose models they are in the catalogue.
    let vendor: String
    /// As configured; empty: all that the vendor has.
    let configured: [ModelFacts]
    let catalogue: ModelCatalogue
    let prices: PriceBook

    /// A configured model with what the catalogue knows of it.
    func complete(_ facts: ModelFacts) -> ModelFacts {
        facts.over(known(facts.id) ?? ModelFacts(id: facts.id))
    }

    /// Of a model that the configuration does not list. Nil if nothing is known of it.
    func known(_ model: String) -> ModelFacts? {
        let listed = catalogue.facts(of: model, at: vendor)
        guard listed != nil || prices.lists(model, at: provider) else { return nil }
        var facts = listed ?? ModelFacts(id: model)
        facts.prices = prices.prices(of: model, at: provider, over: facts.prices)
        return facts
    }

    /// Whether the provider is the one to ask for a model that was asked for by name alone.
    func lists(_ model: String) -> Bool {
        configured.isEmpty ? catalogue.lists(model, at: vendor) : configured.contains { $0.id == model }
    }
}
