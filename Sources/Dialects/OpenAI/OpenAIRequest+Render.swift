internal import Wire

extension OpenAIRequest {
    /// Writes a request of another dialect for a target of this one.
    /// - Parameter report: gets the fields that OpenAI's form, or this target, cannot carry.
    public static func render(
        _ request: ChatRequest, model: String, target: OpenAITarget, report: inout TranslationReport
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        writer.beginObject()
        writer.member("model", model)
        writer.key("messages")
        OpenAIMessageWriter.write(
            withoutThoughts(request.messages, target, report: &report), to: &writer, report: &report)
        OpenAITools.write(request, as: .chat, to: &writer, report: &report)
        writeSampling(request.sampling, target, to: &writer, report: &report)
        writeOutput(request, target, to: &writer, report: &report)
        if request.isStream {
            writer.member("stream", true)
            if target.takesStreamOptions { writeStreamOptions(nil, to: &writer) }
        }
        if request.cache != nil { report.drop("cache_control") }
        for (name, _) in request.others { report.drop(name) }
        writer.endObject()
        return ProviderParameters.merged(writer.bytes, with: request.providerParameters)
    }

    /// Without the thoughts, and the signatures of other parts, that the target does not take.
    private static func withoutThoughts(
        _ messages: [ChatMessage], _ target: OpenAITarget, report: inout TranslationReport
    ) -> [ChatMessage] {
        if target.acceptsReasoning, target.takesExtraContent { return messages }
        return messages.map { message in
            guard message.role == .assistant else { return message }
            var message = message
            message.parts.removeAll { part in
                guard case .reasoning = part.content, !target.acceptsReasoning else { return false }
                report.forget("messages.reasoning")
                return true
            }
            for index in message.parts.indices where !target.takesExtraContent {
                if case .reasoning = message.parts[index].content { continue }
                message.parts[index].signature = nil
            }
            return message
        }
    }

    /// Whether a field may be written: a model's refusal of it is known beforehand.
    private static func accepts(
        _ name: StaticString, _ target: OpenAITarget, _ report: inout TranslationReport
    ) -> Bool {
        guard !target.refusedFields.isEmpty, target.refusedFields.contains("\(name)") else { return true }
        report.drop("\(name)")
        return false
    }

    // MARK: Parameters

    private static func writeSampling(
        _ sampling: Sampling, _ target: OpenAITarget, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        if let value = sampling.temperature, accepts("temperature", target, &report) {
            writer.member("temperature", value)
        }
        if let value = sampling.topP, accepts("top_p", target, &report) { writer.member("top_p", value) }
        if let topK = sampling.topK {
            if target.acceptsTopK { writer.member("top_k", topK) } else { report.drop("top_k") }
        }
        if let value = sampling.seed, accepts("seed", target, &report) { writer.member("seed", value) }
        if let value = sampling.presencePenalty, accepts("presence_penalty", target, &report) {
            writer.member("presence_penalty", value)
        }
        if let value = sampling.frequencyPenalty, accepts("frequency_penalty", target, &report) {
            writer.member("frequency_penalty", value)
        }
        if let value = sampling.logitBias, accepts("logit_bias", target, &report) {
            writer.member("logit_bias", value)
        }
        if let value = sampling.wantsLogprobs, accepts("logprobs", target, &report) {
            writer.member("logprobs", value)
        }
        if let value = sampling.topLogprobs, accepts("top_logprobs", target, &report) {
            writer.member("top_logprobs", value)
        }
    }

    private static func writeOutput(
        _ request: ChatRequest, _ target: OpenAITarget, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        if let limit = request.maximumOutputTokens { writer.member(target.outputLimitField, limit) }
        if !request.stop.isEmpty, accepts("stop", target, &report) {
            // OpenAI takes four.
            if request.stop.count > 4 { report.clamp("stop") }
            writeStrings("stop", request.stop.prefix(4), to: &writer)
        }
        if let format = request.responseFormat { write(format, to: &writer) }
        if let reasoning = request.reasoning { write(reasoning, target, to: &writer, report: &report) }
        if request.choiceCount != 1 { writer.member("n", request.choiceCount) }
        if let user = request.user { writer.member("user", user) }
        if let tier = request.serviceTier { writer.member("service_tier", tier) }
        if let key = request.cacheKey { writer.member("prompt_cache_key", key) }
        if let verbosity = request.verbosity { writer.member("verbosity", verbosity) }
        if !target.writesImages, request.modalities.contains("image") { report.refuse("modalities") }
        writeStrings("modalities", request.modalities[...], to: &writer)
        guard !request.metadata.isEmpty else { return }
        writer.key("metadata")
        writer.beginObject()
        for (key, value) in request.metadata {
            writer.key(key)
            writer.string(value)
        }
        writer.endObject()
    }

    private static func writeStrings(_ name: StaticString, _ texts: ArraySlice<String>, to writer: inout JSONWriter) {
        guard !texts.isEmpty else { return }
        writer.key(name)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }

    /// OpenAI has no budgets: a budget is the effort whose usual budget is nearest. Models that do not think refuse
    /// even to be told not to.
    private static func write(
        _ reasoning: ReasoningRequest, _ target: OpenAITarget, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        if let effort = reasoning.nearestEffort {
            if effort == ReasoningRequest.Effort.none, target.thinks != true { return }
            guard target.thinks != false else { return report.drop("reasoning_effort") }
            guard accepts("reasoning_effort", target, &report) else { return }
            writer.member("reasoning_effort", effort.rawValue)
        }
        guard reasoning.effort == nil else { return }
        if reasoning.budget != nil {
            report.clamp("reasoning.budget_tokens")
        } else if reasoning.isAdaptive, target.thinks != true {
            report.drop("thinking")
        }
    }

    private static func write(_ format: ResponseFormat, to writer: inout JSONWriter) {
        writer.key("response_format")
        writer.beginObject()
        switch format {
        case .text: writer.member("type", "text")
        case .jsonObject: writer.member("type", "json_object")
        case .jsonSchema(let format):
            writer.member("type", "json_schema")
            writer.key("json_schema")
            writer.beginObject()
            // OpenAI demands a name; other dialects have none.
            writer.member("name", format.name ?? "answer")
            if let description = format.description { writer.member("description", description) }
            writer.member("schema", format.schema)
            if let isStrict = format.isStrict { writer.member("strict", isStrict) }
            writer.endObject()
        }
        writer.endObject()
    }
}
