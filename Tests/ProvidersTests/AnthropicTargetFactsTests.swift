import Dialects
import HubCore
import Testing

@testable import Providers

/// What the catalogue says of Claude models, beside the rules for their names.
struct AnthropicTargetFactsTests {
    @Test func `rules and catalogue say the same of every model that both know`() {
        for model in ModelCatalogue.builtIn.models(at: "anthropic") {
            let rule = AnthropicTarget(model: model)
            var refined = rule.refined(by: ModelCatalogue.builtIn.facts(of: model, at: "anthropic"))
            refined.defaultOutputTokens = rule.defaultOutputTokens
            #expect(refined == rule, "\(model)")
        }
    }

    @Test func `a model without a rule is taken for what the catalogue says`() {
        var facts = ModelFacts(id: "claude-new", maximumOutputTokens: 2000, capabilities: ["chat"])
        facts.isListed = true
        let plain = AnthropicTarget(model: "claude-new").refined(by: facts)
        #expect(plain.thinking == .none)
        #expect(plain.acceptsSampling)
        #expect(plain.defaultOutputTokens == 2000)
        facts.capabilities = ["chat", "reasoning"]
        facts.quirks.thinksAdaptively = true
        facts.quirks.refusedFields = ["temperature"]
        facts.quirks.furtherEfforts = ["max"]
        let thinking = AnthropicTarget(model: "claude-3-haiku").refined(by: facts)
        #expect(thinking.thinking == .adaptive)
        #expect(!thinking.acceptsSampling)
        #expect(thinking.efforts == [.low, .medium, .high, .max])
    }

    @Test func `an operator's own entry changes no rule`() {
        let rule = AnthropicTarget(model: "claude-opus-4-8")
        #expect(rule.refined(by: ModelFacts(id: "claude-opus-4-8")) == rule)
        let regional = AnthropicTarget(model: "claude-opus-4-8-eu")
        let own = ModelFacts(id: "claude-opus-4-8-eu", capabilities: ["chat", "reasoning"])
        #expect(regional.refined(by: own) == regional)
    }
}
