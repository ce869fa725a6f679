internal import Dialects
internal import HubCore

extension AnthropicTarget {
    /// What the catalogue says of a listed model, else what its name does.
    func continuesTexts(_ facts: ModelFacts?) -> Bool {
        facts.flatMap { $0.isListed ? $0.quirks.acceptsPrefill : nil } ?? acceptsPrefill
    }

    /// With what the catalogue knows of the model: a listed model needs no rule for its name.
    func refined(by facts: ModelFacts?) -> AnthropicTarget {
        guard let facts else { return self }
        var target = self
        if let limit = facts.maximumOutputTokens { target.defaultOutputTokens = min(4096, limit) }
        // An entry that is the operator's alone says nothing of what the model refuses.
        guard facts.isListed else { return target }
        target.acceptsSampling = !facts.quirks.refusedFields.contains("temperature")
        if !facts.capabilities.contains("reasoning") { target.thinking = .none }
        if facts.quirks.thinksAdaptively {
            target.thinking = .adaptive
            target.acceptsBudget = false
        }
        let further = facts.quirks.furtherEfforts.compactMap(ReasoningRequest.Effort.init(rawValue:))
        if !further.isEmpty {
            target.efforts = ReasoningRequest.Effort.allCases.filter {
                [.low, .medium, .high].contains($0) || further.contains($0)
            }
        }
        return target
    }
}
