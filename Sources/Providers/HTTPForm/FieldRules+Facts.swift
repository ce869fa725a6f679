internal import Dialects
internal import HubCore

extension FieldRules {
    /// - Parameter effort: the reasoning effort that the request asks for. Models that can be told not to think take it
    ///   unsaid for that, and sample like others then.
    init(_ facts: ModelFacts?, effort: @autoclosure () -> String?) {
        guard let quirks = facts?.quirks else {
            self.init()
            return
        }
        var refused = quirks.refusedFields
        // What the request says is looked up for the few models to which it matters.
        if !refused.isEmpty, quirks.furtherEfforts.contains("none"), effort() ?? "none" == "none" {
            refused.removeAll { Self.sampling.contains($0) }
        }
        self.init(refused: refused, limitsCompletionTokens: quirks.limitsCompletionTokens)
    }

    private static let sampling: Set<String> = [
        "temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs",
        "logit_bias",
    ]
}
