internal import Wire

/// How a request is to think on a model behind Bedrock: what goes into the model's own fields. Pure.
struct BedrockReasoning {
    /// Of Claude.
    private(set) var claude: AnthropicThinking?
    private(set) var effort: ReasoningRequest.Effort?
    private let field: BedrockTarget.Reasoning
    private let showsText: Bool?

    init(
        _ request: ChatRequest, target: BedrockTarget, isForced: Bool, continuesUnsigned: Bool,
        report: inout TranslationReport
    ) {
        field = target.reasoning
        showsText = request.reasoning?.showsText
        if field == .claude {
            claude = AnthropicThinking(
                request, target: target.anthropic, isForced: isForced, continuesUnsigned: continuesUnsigned,
                report: &report)
        } else if let wish = request.reasoning {
            plan(wish, request, &report)
        }
    }

    private mutating func plan(_ wish: ReasoningRequest, _ request: ChatRequest, _ report: inout TranslationReport) {
        if field == .none { return giveUp(wish, &report) }
        if wish.isOff {
            // Without a word the others do not think.
            guard field == .effort else { return }
            effort = .low
            return report.clamp("reasoning_effort")
        }
        let wanted = wish.nearestEffort ?? .medium
        effort = Self.known(wanted)
        // Nova takes its highest effort only where nothing is said of these.
        let isLimited =
            request.maximumOutputTokens != nil || request.sampling.temperature != nil || request.sampling.topP != nil
        if field == .nova, effort == .high, isLimited { effort = .medium }
        if wish.effort == nil, wish.budget != nil {
            report.clamp("reasoning.budget_tokens")
        } else if effort != wanted {
            report.clamp("reasoning_effort")
        }
    }

    private static func known(_ effort: ReasoningRequest.Effort) -> ReasoningRequest.Effort {
        switch effort {
        case .none, .minimal, .low: .low
        case .medium: .medium
        case .high, .xhigh, .max: .high
        }
    }

    /// An effort is a wish; a budget says that there are to be thoughts.
    private func giveUp(_ wish: ReasoningRequest, _ report: inout TranslationReport) {
        if wish.isOff { return }
        if wish.budget != nil { report.refuse("reasoning.budget_tokens") } else { report.drop("reasoning_effort") }
    }

    /// Claude is thinking, which excludes sampling.
    var isClaudeThinking: Bool { claude?.mode.isOn ?? false }

    /// The room for the answer, where something must be said of it: thoughts of a budget are part of it.
    func maximumTokens(_ request: ChatRequest) -> Int? {
        guard let claude, isClaudeThinking || request.maximumOutputTokens != nil else {
            return request.maximumOutputTokens
        }
        return claude.maximumTokens
    }

    // MARK: Write

    /// Writes members of `additionalModelRequestFields`.
    func write(to fields: inout JSONWriter) {
        if let claude { write(claude, to: &fields) }
        guard let effort else { return }
        switch field {
        case .none, .claude: break
        case .effort: fields.member("reasoning_effort", effort.rawValue)
        case .config: fields.member("reasoning_config", effort.rawValue)
        case .nova:
            fields.key("reasoningConfig")
            fields.beginObject()
            fields.member("type", "enabled")
            fields.member("maxReasoningEffort", effort.rawValue)
            fields.endObject()
        }
    }

    private func write(_ thinking: AnthropicThinking, to fields: inout JSONWriter) {
        if thinking.mode != .unsaid {
            fields.key("thinking")
            fields.beginObject()
            switch thinking.mode {
            case .unsaid: break
            case .disabled: fields.member("type", "disabled")
            case .budget(let tokens):
                fields.member("type", "enabled")
                fields.member("budget_tokens", tokens)
            case .adaptive: fields.member("type", "adaptive")
            }
            if thinking.mode.isOn, let showsText {
                fields.member("display", showsText ? "summarized" : "omitted" as StaticString)
            }
            fields.endObject()
        }
        guard let effort = thinking.effort else { return }
        fields.key("output_config")
        fields.beginObject()
        fields.member("effort", effort.rawValue)
        fields.endObject()
    }
}
