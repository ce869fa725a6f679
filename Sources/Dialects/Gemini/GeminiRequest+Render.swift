internal import Wire

extension GeminiRequest {
    /// Writes a request of another dialect for a Gemini target. The model and whether it is streamed belong in the path.
    /// - Parameter report: gets the fields that Gemini's form, or this model, cannot carry.
    public static func render(
        _ request: ChatRequest, target: GeminiTarget, report: inout TranslationReport
    ) -> [UInt8] {
        let turns = GeminiTurns(request.messages, report: &report)
        let tools = GeminiTools(request, target: target, report: &report)
        let parts = GeminiPartWriter(target: target, toolNames: turns.toolNames)
        var writer = JSONWriter(reserving: 2048)
        writer.beginObject()
        writer.key("contents")
        writer.beginArray()
        for turn in turns.turns {
            writer.beginObject()
            writer.member("role", turn.role == .assistant ? "model" : "user" as StaticString)
            writer.key("parts")
            parts.write(turn, to: &writer, report: &report)
            writer.endObject()
        }
        writer.endArray()
        if !turns.system.isEmpty {
            writer.key("systemInstruction")
            writer.beginObject()
            writer.key("parts")
            parts.write(GeminiTurns.Turn(role: .system, parts: turns.system), to: &writer, report: &report)
            writer.endObject()
        }
        tools.write(to: &writer, report: &report)
        writeConfig(request, target, hasTools: !tools.isEmpty, to: &writer, report: &report)
        writeRest(request, target, to: &writer, report: &report)
        writer.endObject()
        return ProviderParameters.merged(writer.bytes, with: request.providerParameters)
    }

    // MARK: Configuration

    /// An empty object is left out: Google's own client once lost fields by one.
    private static func writeConfig(
        _ request: ChatRequest, _ target: GeminiTarget, hasTools: Bool, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        var config = JSONWriter(reserving: 512)
        config.beginObject()
        writeSampling(request.sampling, to: &config, report: &report)
        if let limit = request.maximumOutputTokens { config.member("maxOutputTokens", limit) }
        if request.choiceCount > 8 {
            report.refuse("n")
        } else if request.choiceCount > 1 {
            config.member("candidateCount", request.choiceCount)
        }
        // Gemini takes five.
        if request.stop.count > 5 { report.clamp("stop") }
        writeStrings("stopSequences", Array(request.stop.prefix(5)), to: &config)
        writeFormat(request.responseFormat, target, hasTools: hasTools, to: &config, report: &report)
        writeStrings("responseModalities", request.modalities.map { $0.uppercased() }, to: &config)
        GeminiThinking(request.reasoning, target: target, report: &report).write(to: &config)
        config.endObject()
        guard config.bytes.count > 2 else { return }
        writer.key("generationConfig")
        writer.raw(config.bytes)
    }

    private static func writeSampling(
        _ sampling: Sampling, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        if let temperature = sampling.temperature { writer.member("temperature", temperature) }
        if let topP = sampling.topP { writer.member("topP", topP) }
        if let topK = sampling.topK { writer.member("topK", topK) }
        if let seed = sampling.seed {
            // Of 32 bits.
            if seed.int.flatMap({ Int32(exactly: $0) }) != nil {
                writer.member("seed", seed)
            } else {
                report.drop("seed")
            }
        }
        if let penalty = sampling.presencePenalty { writer.member("presencePenalty", penalty) }
        if let penalty = sampling.frequencyPenalty { writer.member("frequencyPenalty", penalty) }
        if let wants = sampling.wantsLogprobs { writer.member("responseLogprobs", wants) }
        if let count = sampling.topLogprobs { writer.member("logprobs", count) }
        if sampling.logitBias != nil { report.drop("logit_bias") }
    }

    private static func writeFormat(
        _ format: ResponseFormat?, _ target: GeminiTarget, hasTools: Bool, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        switch format {
        case nil, .text: return
        case .jsonObject:
            // Older models cannot choose between a call and an answer in JSON.
            guard !hasTools || target.acceptsToolsWithSchema else { return report.drop("response_format") }
            writer.member("responseMimeType", "application/json")
        case .jsonSchema(let format):
            guard !hasTools || target.acceptsToolsWithSchema else { return report.refuse("response_format") }
            writer.member("responseMimeType", "application/json")
            if target.acceptsJSONSchema {
                writer.member("responseJsonSchema", format.schema)
            } else {
                writer.key("responseSchema")
                GeminiSchemaSubset(format.schema, prefix: "response_format").write(to: &writer, report: &report)
            }
        }
    }

    private static func writeStrings(_ name: StaticString, _ texts: [String], to writer: inout JSONWriter) {
        guard !texts.isEmpty else { return }
        writer.key(name)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }

    // MARK: The rest

    private static func writeRest(
        _ request: ChatRequest, _ target: GeminiTarget, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        switch request.serviceTier {
        case nil, "auto": break
        case "default" where !target.acceptsServiceTier: break
        case .some where !target.acceptsServiceTier: report.drop("service_tier")
        case "default": writer.member("serviceTier", "standard")
        case .some(let tier) where tier == "flex" || tier == "priority": writer.member("serviceTier", tier)
        default: report.drop("service_tier")
        }
        if !request.metadata.isEmpty {
            if target.acceptsLabels {
                writer.key("labels")
                writer.beginObject()
                for (key, value) in request.metadata {
                    writer.key(key)
                    writer.string(value)
                }
                writer.endObject()
            } else {
                report.drop("metadata")
            }
        }
        if request.user != nil { report.drop("user") }
        if request.cacheKey != nil { report.drop("prompt_cache_key") }
        if request.cache != nil { report.drop("cache_control") }
        if request.verbosity != nil { report.drop("verbosity") }
        for (name, _) in request.others { report.drop(name) }
    }
}
