/// How a request is to think on an Anthropic target, and how much room its answer gets. Pure.
struct AnthropicThinking {
    enum Mode: Equatable {
        /// Nothing is said.
        case unsaid
        case disabled
        case budget(Int)
        case adaptive

        var isOn: Bool {
            switch self {
            case .unsaid, .disabled: false
            case .budget, .adaptive: true
            }
        }
    }

    private(set) var mode = Mode.unsaid
    private(set) var effort: ReasoningRequest.Effort?
    private(set) var maximumTokens: Int

    /// - Parameters:
    ///   - isForced: a tool must be called, which excludes thinking.
    ///   - continuesUnsigned: the conversation stands inside a tool loop whose thoughts the client did not hand back.
    init(
        _ request: ChatRequest, target: AnthropicTarget, isForced: Bool, continuesUnsigned: Bool,
        report: inout TranslationReport
    ) {
        maximumTokens = request.maximumOutputTokens ?? target.defaultOutputTokens
        guard let wish = request.reasoning else { return }
        if wish.isOff {
            switchOff(target, &report)
        } else if target.thinking == .none || isForced {
            giveUp(wish, &report)
        } else {
            plan(wish, request, target, continuesUnsigned: continuesUnsigned, &report)
        }
    }

    private mutating func plan(
        _ wish: ReasoningRequest, _ request: ChatRequest, _ target: AnthropicTarget, continuesUnsigned: Bool,
        _ report: inout TranslationReport
    ) {
        if target.thinking == .adaptive, wish.budget == nil || !target.acceptsBudget {
            mode = .adaptive
            let wanted = wish.nearestEffort
            effort = wanted.flatMap(target.nearest)
            if let given = wish.effort, given != effort { report.clamp("reasoning_effort") }
            if wish.effort == nil, wish.budget != nil { report.clamp("reasoning.budget_tokens") }
            return
        }
        guard !continuesUnsigned else { return giveUp(wish, &report) }
        think(wish, hasLimit: request.maximumOutputTokens != nil, &report)
        if mode.isOn, let wanted = wish.effort { effort = target.nearest(wanted) }
    }

    private mutating func switchOff(_ target: AnthropicTarget, _ report: inout TranslationReport) {
        guard target.thinksByDefault else { return }
        if target.allowsNoThinking { mode = .disabled } else { report.clamp("reasoning_effort") }
    }

    /// The budget is part of `max_tokens` and must be smaller.
    private mutating func think(_ wish: ReasoningRequest, hasLimit: Bool, _ report: inout TranslationReport) {
        let wanted = max(
            ReasoningBudget.minimum, wish.budget ?? ReasoningBudget.tokens(for: wish.effort ?? .medium))
        if !hasLimit {
            mode = .budget(wanted)
            maximumTokens += wanted
        } else if wanted < maximumTokens {
            mode = .budget(wanted)
        } else if maximumTokens > ReasoningBudget.minimum {
            mode = .budget(max(ReasoningBudget.minimum, maximumTokens / 2))
            report.clamp(wish.budget == nil ? "reasoning_effort" : "reasoning.budget_tokens")
        } else {
            giveUp(wish, &report)
        }
    }

    /// An effort is a wish; a budget says that there are to be thoughts.
    private func giveUp(_ wish: ReasoningRequest, _ report: inout TranslationReport) {
        if wish.budget != nil {
            report.refuse("reasoning.budget_tokens")
        } else if wish.isAdaptive {
            report.refuse("thinking")
        } else {
            report.drop("reasoning_effort")
        }
    }
}
