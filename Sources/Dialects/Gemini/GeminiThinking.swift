internal import Wire

/// How a request is to think on a Gemini target. Pure.
struct GeminiThinking: Equatable {
    /// Tokens; 0 for none, -1 for as many as the model thinks right.
    private(set) var budget: Int?
    private(set) var level: ReasoningRequest.Effort?
    private(set) var includesThoughts: Bool?

    init(_ wish: ReasoningRequest?, target: GeminiTarget, report: inout TranslationReport) {
        guard let wish else { return }
        switch target.thinking {
        case .none: giveUp(wish, &report)
        case .budget(let bounds, let canBeOff): plan(wish, bounds: bounds, canBeOff: canBeOff, &report)
        case .level(let levels): plan(wish, levels: levels, &report)
        }
        if target.thinking != .none, !wish.isOff { includesThoughts = wish.showsText ?? true }
    }

    private mutating func plan(
        _ wish: ReasoningRequest, bounds: ClosedRange<Int>, canBeOff: Bool, _ report: inout TranslationReport
    ) {
        if wish.isOff {
            budget = canBeOff ? 0 : bounds.lowerBound
            if !canBeOff { report.clamp("reasoning_effort") }
        } else if let wanted = wish.budget {
            budget = min(max(wanted, bounds.lowerBound), bounds.upperBound)
            if budget != wanted { report.clamp("reasoning.budget_tokens") }
        } else if let effort = wish.effort {
            budget = min(max(ReasoningBudget.tokens(for: effort), bounds.lowerBound), bounds.upperBound)
        } else if wish.isAdaptive {
            budget = -1
        }
    }

    private mutating func plan(
        _ wish: ReasoningRequest, levels: [ReasoningRequest.Effort], _ report: inout TranslationReport
    ) {
        guard let wanted = wish.nearestEffort else { return }
        let order = ReasoningRequest.Effort.allCases
        let rank = order.firstIndex(of: wanted) ?? 0
        level = levels.last { (order.firstIndex(of: $0) ?? 0) <= rank } ?? levels.first
        if wish.effort == nil {
            report.clamp("reasoning.budget_tokens")
        } else if level != wanted {
            report.clamp("reasoning_effort")
        }
    }

    /// An effort is a wish; a budget says that there are to be thoughts.
    private func giveUp(_ wish: ReasoningRequest, _ report: inout TranslationReport) {
        if wish.isOff { return }
        if wish.budget != nil {
            report.refuse("reasoning.budget_tokens")
        } else if wish.isAdaptive {
            report.refuse("thinking")
        } else {
            report.drop("reasoning_effort")
        }
    }

    // MARK: Write

    /// Writes the member `thinkingConfig`; nothing where nothing is to be said.
    func write(to writer: inout JSONWriter) {
        guard budget != nil || level != nil || includesThoughts != nil else { return }
        writer.key("thinkingConfig")
        writer.beginObject()
        if let budget { writer.member("thinkingBudget", budget) }
        if let level { writer.member("thinkingLevel", level.rawValue) }
        if let includesThoughts { writer.member("includeThoughts", includesThoughts) }
        writer.endObject()
    }
}
