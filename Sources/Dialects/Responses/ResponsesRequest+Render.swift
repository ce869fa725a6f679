internal import Wire

extension ResponsesRequest {
    /// Writes a request of another dialect for a target that answers as Responses. Nothing is kept by the provider.
    /// - Parameter report: gets the fields that Responses, or this model, cannot carry.
    public static func render(
        _ request: ChatRequest, model: String, target: ResponsesTarget, report: inout TranslationReport
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        writer.beginObject()
        writer.member("model", model)
        writer.key("input")
        ResponsesItemWriter.write(request.messages, to: &writer, report: &report)
        OpenAITools.write(request, as: .responses, to: &writer, report: &report)
        writeSampling(request, target, to: &writer, report: &report)
        writeOutput(request, target, to: &writer, report: &report)
        writeRest(request, to: &writer, report: &report)
        writer.endObject()
        return ProviderParameters.merged(writer.bytes, with: request.providerParameters)
    }

    // MARK: Parameters

    private static func writeSampling(
        _ request: ChatRequest, _ target: ResponsesTarget, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        let sampling = request.sampling
        let samples = target.acceptsSampling || request.reasoning?.isOff == true
        if let temperature = sampling.temperature {
            if samples { writer.member("temperature", temperature) } else { report.drop("temperature") }
        }
        if let topP = sampling.topP {
            if samples { writer.member("top_p", topP) } else { report.drop("top_p") }
        }
        if sampling.topK != nil { report.drop("top_k") }
        if sampling.seed != nil { report.drop("seed") }
        if sampling.presencePenalty != nil { report.drop("presence_penalty") }
        if sampling.frequencyPenalty != nil { report.drop("frequency_penalty") }
        if sampling.logitBias != nil { report.drop("logit_bias") }
        var included: [StaticString] = []
        if sampling.wantsLogprobs == true {
            if samples {
                included.append("message.output_text.logprobs")
                if let count = sampling.topLogprobs { writer.member("top_logprobs", count) }
            } else {
                report.drop("logprobs")
            }
        }
        if target.isReasoning { included.append(encryptedReasoning) }
        guard !included.isEmpty else { return }
        writer.key("include")
        writer.beginArray()
        for name in included { writer.string(name) }
        writer.endArray()
    }

    private static func writeOutput(
        _ request: ChatRequest, _ target: ResponsesTarget, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        if let limit = request.maximumOutputTokens {
            // The least that is taken.
            if limit < 16 { report.clamp("max_tokens") }
            writer.member("max_output_tokens", max(16, limit))
        }
        if request.responseFormat != nil || request.verbosity != nil {
            writer.key("text")
            writer.beginObject()
            if let format = request.responseFormat { write(format, to: &writer) }
            if let verbosity = request.verbosity { writer.member("verbosity", verbosity) }
            writer.endObject()
        }
        guard let reasoning = request.reasoning else { return }
        guard target.isReasoning else {
            if !reasoning.isOff { report.drop("reasoning_effort") }
            return
        }
        let effort = reasoning.nearestEffort
        if reasoning.effort == nil, reasoning.budget != nil { report.clamp("reasoning.budget_tokens") }
        guard effort != nil || reasoning.showsText == true else { return }
        writer.key("reasoning")
        writer.beginObject()
        if let effort { writer.member("effort", effort.rawValue) }
        if reasoning.showsText == true { writer.member("summary", "auto") }
        writer.endObject()
    }

    private static func write(_ format: ResponseFormat, to writer: inout JSONWriter) {
        writer.key("format")
        writer.beginObject()
        switch format {
        case .text: writer.member("type", "text")
        case .jsonObject: writer.member("type", "json_object")
        case .jsonSchema(let format):
            writer.member("type", "json_schema")
            // A name is demanded; other dialects have none.
            writer.member("name", format.name ?? "answer")
            if let description = format.description { writer.member("description", description) }
            writer.member("schema", format.schema)
            writer.member("strict", format.isStrict ?? false)
        }
        writer.endObject()
    }

    private static func writeRest(
        _ request: ChatRequest, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        if !request.stop.isEmpty { report.drop("stop") }
        if request.choiceCount != 1 { report.refuse("n") }
        if request.modalities.contains(where: { $0 != "text" }) { report.refuse("modalities") }
        if let user = request.user { writer.member("user", user) }
        if let tier = request.serviceTier { writer.member("service_tier", tier) }
        if let key = request.cacheKey { writer.member("prompt_cache_key", key) }
        if request.cache != nil { report.drop("cache_control") }
        if !request.metadata.isEmpty {
            writer.key("metadata")
            writer.beginObject()
            for (key, value) in request.metadata {
                writer.key(key)
                writer.string(value)
            }
            writer.endObject()
        }
        for (name, _) in request.others { report.drop(name) }
        if request.isStream { writer.member("stream", true) }
        writer.member("store", false)
    }
}
