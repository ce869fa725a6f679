public import Dialects
internal import Wire

/// What a request asks for beside its conversation, by the names under which losses are reported.
public struct RequestSettings: Sendable {
    public private(set) var values: [String: String] = [:]

    public init(_ request: ChatRequest) {
        readSampling(request.sampling)
        readOutput(request)
        readTools(request)
        readMessages(request.messages)
        set("user", request.user)
        set("metadata", request.metadata.isEmpty ? nil : request.metadata.map { "\($0.key)=\($0.value)" }.joined())
        set("prompt_cache_key", request.cacheKey)
        set("cache_control", request.cache.map { "\($0)" })
        for (name, value) in request.others { set(name, ChatSummary.json(value)) }
    }

    private mutating func set(_ name: String, _ value: String?) {
        values[name] = value
    }

    private mutating func readSampling(_ sampling: Sampling) {
        set("temperature", sampling.temperature.map { "\($0)" })
        set("top_p", sampling.topP.map { "\($0)" })
        set("top_k", sampling.topK.map { "\($0)" })
        set("seed", sampling.seed.map { ChatSummary.json($0) })
        set("presence_penalty", sampling.presencePenalty.map { "\($0)" })
        set("frequency_penalty", sampling.frequencyPenalty.map { "\($0)" })
        set("logit_bias", sampling.logitBias.map { ChatSummary.json($0) })
        set("logprobs", sampling.wantsLogprobs == true ? "\(sampling.topLogprobs ?? 0)" : nil)
    }

    /// What every dialect does without being told is no setting.
    private mutating func readOutput(_ request: ChatRequest) {
        set("max_tokens", request.maximumOutputTokens.map { "\($0)" })
        set("n", request.choiceCount == 1 ? nil : "\(request.choiceCount)")
        set("verbosity", request.verbosity)
        set("modalities", request.modalities.allSatisfy { $0 == "text" } ? nil : "\(request.modalities)")
        set("service_tier", request.serviceTier == "auto" ? nil : request.serviceTier)
        set("stop", request.stop.isEmpty ? nil : "\(request.stop)")
        switch request.responseFormat {
        case nil, .text: break
        case .jsonObject: set("response_format", "object")
        case .jsonSchema: set("response_format", "schema")
        }
        guard let reasoning = request.reasoning else { return }
        if reasoning.effort != nil || reasoning.budget != nil || reasoning.isAdaptive {
            let isAdaptive = reasoning.effort == nil && reasoning.budget == nil
            set("reasoning", isAdaptive ? "adaptive" : reasoning.isOff ? "off" : "on")
        }
        set("reasoning.show", reasoning.showsText == false ? "false" : nil)
    }

    private mutating func readTools(_ request: ChatRequest) {
        guard !request.tools.isEmpty else { return }
        set("parallel_tool_calls", request.allowsParallelToolCalls == false ? "false" : nil)
        for tool in request.tools {
            if tool.cache != nil { set("tools.cache_control", "yes") }
            if case .function(let function) = tool.kind {
                if function.isStrict == true { set("tools.strict", "yes") }
                // A schema for the answer of a model that takes none.
                if function.name == "hub_json_answer" { set("response_format", "tool") }
            }
        }
    }

    private mutating func readMessages(_ messages: [ChatMessage]) {
        set(
            "messages.name",
            messages.contains { $0.name != nil } ? messages.compactMap(\.name).joined(separator: ",") : nil)
        for part in messages.flatMap(\.parts) {
            if part.cache != nil { set("messages.content.cache_control", "yes") }
            if case .media(let media) = part.content, let detail = media.detail, detail != "auto" {
                set("messages.content.image_url.detail", detail)
            }
        }
    }

    /// The settings that `written` has not, without those that `report` names.
    public func lost(in written: ChatRequest, _ report: TranslationReport) -> [String] {
        let reported = Set(
            (report.dropped + report.refused).map { $0.hasSuffix(":clamped") ? String($0.dropLast(8)) : $0 })
        let other = RequestSettings(written).values
        return values.filter { name, value in
            if other[name] == value || reported.contains(name) { return false }
            switch name {
            // Not to think is what models do that cannot.
            case "reasoning":
                return value != "off" && other[name] == nil && reported.isDisjoint(with: Self.reasoningNames)
            // Thoughts are part of what may be written.
            case "max_tokens": return Int(other[name] ?? "") ?? 0 < Int(value) ?? 0
            case "response_format": return other[name] != "tool"
            default: return true
            }
        }.map { "\($0.key) \($0.value)" }.sorted()
    }

    private static let reasoningNames: Set<String> = ["reasoning_effort", "reasoning.budget_tokens", "thinking"]
}
