internal import Wire

extension BedrockRequest {
    /// Writes a request of another dialect for a model behind Bedrock. The model and whether the answer is streamed are
    /// in the path.
    /// - Parameter report: gets the fields that Converse, or this model, cannot carry.
    public static func render(
        _ request: ChatRequest, target: BedrockTarget, report: inout TranslationReport
    ) -> [UInt8] {
        let turns = AnthropicTurns(messages(request, target, &report), target: target.anthropic, report: &report)
        let tools = BedrockTools(request, turns: turns, target: target, report: &report)
        let reasoning = BedrockReasoning(
            request, target: target, isForced: tools.isForced, continuesUnsigned: turns.continuesUnsigned,
            report: &report)
        var blocks = BedrockBlockWriter(target: target)
        var writer = JSONWriter(reserving: 2048)
        writer.beginObject()
        if !turns.system.isEmpty {
            writer.key("system")
            blocks.write(turns.system, prefix: "messages.content", to: &writer, report: &report)
        }
        writer.key("messages")
        writer.beginArray()
        for (index, turn) in turns.turns.enumerated() {
            let isLast = index == turns.turns.count - 1
            writer.beginObject()
            writer.member("role", turn.role.rawValue)
            writer.key("content")
            blocks.write(
                turn.parts, prefix: "messages.content", end: isLast ? request.cache : nil, to: &writer,
                report: &report)
            writer.endObject()
        }
        writer.endArray()
        writeInference(request, target, reasoning, to: &writer, report: &report)
        tools.write(to: &writer, report: &report)
        writeModelFields(request, target, reasoning, tools, to: &writer, report: &report)
        if let format = tools.outputFormat { write(format, to: &writer) }
        writeRest(request, to: &writer, report: &report)
        writer.endObject()
        return ProviderParameters.merged(writer.bytes, with: request.providerParameters)
    }

    /// Only Claude takes its thoughts back.
    private static func messages(
        _ request: ChatRequest, _ target: BedrockTarget, _ report: inout TranslationReport
    ) -> [ChatMessage] {
        guard !target.isClaude else { return request.messages }
        var messages = request.messages
        for index in messages.indices {
            messages[index].parts.removeAll { part in
                guard case .reasoning = part.content else { return false }
                report.forget("messages.reasoning")
                return true
            }
        }
        return messages
    }

    // MARK: Numbers

    private static func writeInference(
        _ request: ChatRequest, _ target: BedrockTarget, _ reasoning: BedrockReasoning, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        writer.key("inferenceConfig")
        writer.beginObject()
        if let limit = reasoning.maximumTokens(request) { writer.member("maxTokens", limit) }
        writeSampling(request.sampling, target, isThinking: reasoning.isClaudeThinking, to: &writer, report: &report)
        // A sequence of white space alone is refused.
        let stops = request.stop.filter { !$0.utf8.allSatisfy { $0 <= 0x20 } }
        if stops.count != request.stop.count { report.clamp("stop") }
        if !stops.isEmpty {
            writer.key("stopSequences")
            writer.beginArray()
            for stop in stops { writer.string(stop) }
            writer.endArray()
        }
        writer.endObject()
    }

    private static func writeSampling(
        _ sampling: Sampling, _ target: BedrockTarget, isThinking: Bool, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        let isFree = !target.isClaude || (target.anthropic.acceptsSampling && !isThinking)
        if let temperature = sampling.temperature {
            // Claude thinks at no other temperature than 1.
            if isFree || (target.anthropic.acceptsSampling && temperature == 1) {
                if temperature > 1 { report.clamp("temperature") }
                writer.member("temperature", min(1, temperature))
            } else {
                report.drop("temperature")
            }
        }
        if let topP = sampling.topP {
            let clashes = target.isClaude && sampling.temperature != nil && !target.anthropic.acceptsTemperatureWithTopP
            if isFree, !clashes { writer.member("topP", topP) } else { report.drop("top_p") }
        }
        if sampling.seed != nil { report.drop("seed") }
        if sampling.presencePenalty != nil { report.drop("presence_penalty") }
        if sampling.frequencyPenalty != nil { report.drop("frequency_penalty") }
        if sampling.logitBias != nil { report.drop("logit_bias") }
        if sampling.wantsLogprobs == true { report.drop("logprobs") }
        if sampling.topLogprobs != nil { report.drop("top_logprobs") }
    }

    /// What Converse passes on to the model as it is.
    private static func writeModelFields(
        _ request: ChatRequest, _ target: BedrockTarget, _ reasoning: BedrockReasoning, _ tools: BedrockTools,
        to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        var fields = JSONWriter(reserving: 128)
        fields.beginObject()
        let empty = fields.bytes.count
        reasoning.write(to: &fields)
        tools.writeModelFields(to: &fields)
        if let topK = request.sampling.topK {
            switch target.topK {
            case .plain where target.anthropic.acceptsSampling && !reasoning.isClaudeThinking:
                fields.member("top_k", topK)
            case .nova:
                fields.key("inferenceConfig")
                fields.beginObject()
                fields.member("topK", topK)
                fields.endObject()
            case .plain, .none: report.drop("top_k")
            }
        }
        guard fields.bytes.count > empty else { return }
        fields.endObject()
        writer.key("additionalModelRequestFields")
        writer.raw(fields.bytes)
    }

    // MARK: The rest

    /// The schema is a string here.
    private static func write(_ format: JSONSchemaFormat, to writer: inout JSONWriter) {
        var schema = JSONWriter(reserving: 512)
        schema.value(format.schema)
        writer.key("outputConfig")
        writer.beginObject()
        writer.key("textFormat")
        writer.beginObject()
        writer.member("type", "json_schema")
        writer.key("structure")
        writer.beginObject()
        writer.key("jsonSchema")
        writer.beginObject()
        writer.member("schema", String(decoding: schema.bytes, as: UTF8.self))
        if let name = format.name { writer.member("name", name) }
        for _ in 0..<4 { writer.endObject() }
    }

    private static func writeRest(
        _ request: ChatRequest, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        switch request.serviceTier {
        case nil, "auto": break
        case "priority", "default", "flex":
            writer.key("serviceTier")
            writer.beginObject()
            writer.member("type", request.serviceTier ?? "default")
            writer.endObject()
        default: report.drop("service_tier")
        }
        writeMetadata(request.metadata, to: &writer, report: &report)
        if request.user != nil { report.drop("user") }
        if request.cacheKey != nil { report.drop("prompt_cache_key") }
        if request.verbosity != nil { report.drop("verbosity") }
        if request.modalities.contains(where: { $0 != "text" }) { report.refuse("modalities") }
        for (name, _) in request.others { report.drop(name) }
    }

    /// At most 16 pairs of short, plain words.
    private static func writeMetadata(
        _ metadata: [(key: String, value: String)], to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        let kept = metadata.filter { isPlain($0.key) && !$0.key.isEmpty && isPlain($0.value) }.prefix(16)
        if kept.count < metadata.count { report.drop("metadata") }
        guard !kept.isEmpty else { return }
        writer.key("requestMetadata")
        writer.beginObject()
        for (key, value) in kept {
            writer.key(key)
            writer.string(value)
        }
        writer.endObject()
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 256
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "):
                    true
                default: ":_@$#=/+,-.".utf8.contains(byte)
                }
            }
    }
}
