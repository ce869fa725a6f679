internal import Wire

extension AnthropicRequest {
    /// Writes a request of another dialect for an Anthropic target.
    /// - Parameter report: gets the fields that Anthropic's form, or this model, cannot carry.
    public static func render(
        _ request: ChatRequest, model: String, target: AnthropicTarget, report: inout TranslationReport
    ) -> [UInt8] {
        let turns = AnthropicTurns(request.messages, target: target, report: &report)
        let tools = AnthropicTools(request, turns: turns, target: target, report: &report)
        let thinking = AnthropicThinking(
            request, target: target, isForced: tools.isForced, continuesUnsigned: turns.continuesUnsigned,
            report: &report)
        var writer = JSONWriter(reserving: 2048)
        writer.beginObject()
        writer.member("model", model)
        writer.member("max_tokens", thinking.maximumTokens)
        if !turns.system.isEmpty {
            writer.key("system")
            write(turns.system, prefix: "messages.content", to: &writer, report: &report)
        }
        writer.key("messages")
        write(turns.turns, to: &writer, report: &report)
        tools.write(to: &writer)
        write(thinking, format: tools.outputFormat, request, to: &writer)
        writeSampling(request.sampling, target, isThinking: thinking.mode.isOn, to: &writer, report: &report)
        writeRest(request, to: &writer, report: &report)
        writer.endObject()
        return ProviderParameters.merged(writer.bytes, with: request.providerParameters)
    }

    private static func write(
        _ turns: [AnthropicTurns.Turn], to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        writer.beginArray()
        for turn in turns {
            writer.beginObject()
            writer.member("role", turn.role.rawValue)
            writer.key("content")
            write(turn.parts, prefix: "messages.content", to: &writer, report: &report)
            writer.endObject()
        }
        writer.endArray()
    }

    /// Text alone is a string.
    private static func write(
        _ parts: [ChatPart], prefix: String, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        if parts.count == 1, let text = parts[0].text, parts[0].cache == nil { return writer.string(text) }
        AnthropicBlockWriter.write(parts, prefix: prefix, to: &writer, report: &report)
    }

    // MARK: Thinking and form

    private static func write(
        _ thinking: AnthropicThinking, format: JSONSchemaFormat?, _ request: ChatRequest, to writer: inout JSONWriter
    ) {
        if thinking.mode != .unsaid {
            writer.key("thinking")
            writer.beginObject()
            switch thinking.mode {
            case .unsaid: break
            case .disabled: writer.member("type", "disabled")
            case .budget(let tokens):
                writer.member("type", "enabled")
                writer.member("budget_tokens", tokens)
            case .adaptive: writer.member("type", "adaptive")
            }
            if thinking.mode.isOn, let shows = request.reasoning?.showsText {
                writer.member("display", shows ? "summarized" : "omitted" as StaticString)
            }
            writer.endObject()
        }
        guard thinking.effort != nil || format != nil else { return }
        writer.key("output_config")
        writer.beginObject()
        if let effort = thinking.effort { writer.member("effort", effort.rawValue) }
        if let format {
            writer.key("format")
            writer.beginObject()
            writer.member("type", "json_schema")
            writer.member("schema", format.schema)
            writer.endObject()
        }
        writer.endObject()
    }

    // MARK: Parameters

    private static func writeSampling(
        _ sampling: Sampling, _ target: AnthropicTarget, isThinking: Bool, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        if let temperature = sampling.temperature {
            // Models that think take no other temperature than 1.
            if !target.acceptsSampling || (isThinking && temperature != 1) {
                report.drop("temperature")
            } else {
                if temperature > 1 { report.clamp("temperature") }
                writer.member("temperature", min(temperature, 1))
            }
        }
        if let topP = sampling.topP {
            let excluded = sampling.temperature != nil && !target.acceptsTemperatureWithTopP
            if !target.acceptsSampling || excluded || (isThinking && topP < 0.95) {
                report.drop("top_p")
            } else {
                writer.member("top_p", topP)
            }
        }
        if let topK = sampling.topK {
            if !target.acceptsSampling || isThinking { report.drop("top_k") } else { writer.member("top_k", topK) }
        }
        if sampling.seed != nil { report.drop("seed") }
        if sampling.presencePenalty != nil { report.drop("presence_penalty") }
        if sampling.frequencyPenalty != nil { report.drop("frequency_penalty") }
        if sampling.logitBias != nil { report.drop("logit_bias") }
        if sampling.wantsLogprobs == true { report.drop("logprobs") }
        if sampling.topLogprobs != nil { report.drop("top_logprobs") }
    }

    private static func writeRest(
        _ request: ChatRequest, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        // A sequence of white space alone is refused.
        let stops = request.stop.filter { !$0.utf8.allSatisfy { $0 <= 0x20 } }
        if stops.count != request.stop.count { report.clamp("stop") }
        if !stops.isEmpty {
            writer.key("stop_sequences")
            writer.beginArray()
            for stop in stops { writer.string(stop) }
            writer.endArray()
        }
        if let user = request.user {
            writer.key("metadata")
            writer.beginObject()
            writer.member("user_id", user)
            writer.endObject()
        }
        switch request.serviceTier {
        case nil: break
        case "auto": writer.member("service_tier", "auto")
        case "default": writer.member("service_tier", "standard_only")
        default: report.drop("service_tier")
        }
        AnthropicBlockWriter.writeCache(request.cache, to: &writer)
        if !request.metadata.isEmpty { report.drop("metadata") }
        if request.cacheKey != nil { report.drop("prompt_cache_key") }
        if request.verbosity != nil { report.drop("verbosity") }
        if request.modalities.contains(where: { $0 != "text" }) { report.refuse("modalities") }
        for (name, _) in request.others { report.drop(name) }
        if request.isStream { writer.member("stream", true) }
    }
}
