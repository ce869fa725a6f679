internal import Dialects
internal import HubCore

extension FieldRules {
    /// - Parameter effort: the reasoning effort that the provider will be asked for; nil leaves the model to its default. A
    ///   model that does not think samples like others.
    init(_ facts: ModelFacts?, effort: @autoclosure () -> String?) {
        guard let quirks = facts?.quirks else {
            self.init()
            return
        }
        var refused = quirks.refusedFields
        // What the request says is looked up for the few models to which it matters.
        if !refused.isEmpty, effort() ?? quirks.defaultEffort == "none" {
            refused.removeAll { Self.sampling.contains($0) }
        }
        self.init(refused: refused, limitsCompletionTokens: quirks.limitsCompletionTokens)
    }

    private static let sampling: Set<String> = [
        "temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs",
        "logit_bias",
    ]
}
