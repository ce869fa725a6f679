public import Wire

extension GeminiRequest {
    /// Reads a request completely, for a provider of another dialect.
    ///
    /// Throws `validation_failed` naming the field that has a wrong type or value.
    public static func canonical(_ body: JSONValue) throws(HubError) -> ChatRequest {
        let fields = try FieldReader(body)
        var request = ChatRequest(messages: try readMessages(body))
        try readTools(body, into: &request)
        if let config = body.proto("generationConfig", "generation_config") {
            guard config.isObject else { throw .validation("generationConfig", "must be an object") }
            try readConfig(config, into: &request)
        }
        if let labels = try fields.object("labels") {
            for (key, value) in labels.members {
                guard let text = value.string else { throw .validation("labels.\(key.string)", "must be a string") }
                request.metadata.append((key.string, text))
            }
        }
        request.serviceTier =
            switch try fields.string(fields.given("serviceTier", "service_tier"), maximumLength: 64)?.lowercased() {
            case "standard": "default"
            case "unspecified": nil
            case let tier: tier
            }
        for (key, value) in body.members where !isKnown(key) && !value.isNull {
            request.others.append((key.string, value))
        }
        return request
    }

    private static func isKnown(_ key: JSONKey) -> Bool {
        switch key.string {
        case "model", "contents", "systemInstruction", "system_instruction", "tools", "toolConfig", "tool_config",
            "generationConfig", "generation_config", "labels", "serviceTier", "service_tier", "cachedContent",
            "cached_content":
            true
        default: false
        }
    }

    // MARK: Messages

    private static func readMessages(_ body: JSONValue) throws(HubError) -> [ChatMessage] {
        guard let contents = body.given("contents") else { throw .validation("contents", "is required") }
        var messages: [ChatMessage] = []
        var calls = GeminiCallIDs()
        if let system = body.proto("systemInstruction", "system_instruction") {
            guard system.isObject else { throw .validation("systemInstruction", "must be an object") }
            let parts = try readParts(system, calls: &calls, at: "systemInstruction")
            if !parts.isEmpty { messages.append(ChatMessage(role: .system, parts: parts)) }
        }
        // A prompt that Google has and nobody else: it must not vanish.
        if let cached = body.proto("cachedContent", "cached_content") {
            messages.append(ChatMessage(role: .user, parts: [ChatPart(.other(type: "cachedContent", cached))]))
        }
        for (index, content) in try contents.items(at: "contents").enumerated() {
            guard content.isObject else { throw .validation("contents[\(index)]", "must be an object") }
            let role: ChatMessage.Role
            switch try content.optionalString("role", at: "contents[\(index)]") {
            // "function" is the older word for a turn of results.
            case nil, "", "user", "function", "tool": role = .user
            case "model": role = .assistant
            default: throw .validation("contents[\(index)].role", "must be user or model")
            }
            messages.append(
                ChatMessage(role: role, parts: try readParts(content, calls: &calls, at: "contents[\(index)]")))
        }
        return messages
    }

    private static func readParts(
        _ content: JSONValue, calls: inout GeminiCallIDs, at path: @autoclosure () -> String
    ) throws(HubError) -> [ChatPart] {
        guard let list = content.given("parts") else { return [] }
        var parts: [ChatPart] = []
        var index = 0
        for part in try list.items(at: "\(path()).parts") {
            if let part = try GeminiParts.read(part, calls: &calls, at: "\(path()).parts[\(index)]") {
                parts.append(part)
            }
            index += 1
        }
        return parts
    }

    // MARK: Tools

    private static func readTools(_ body: JSONValue, into request: inout ChatRequest) throws(HubError) {
        if let tools = body.given("tools") {
            for (index, tool) in try tools.items(at: "tools").enumerated() {
                guard tool.isObject else { throw .validation("tools[\(index)]", "must be an object") }
                for (key, value) in tool.members where !value.isNull {
                    if key.equals("functionDeclarations") || key.equals("function_declarations") {
                        try readFunctions(value, at: "tools[\(index)].functionDeclarations", into: &request)
                    } else {
                        request.tools.append(ChatTool(.other(type: key.string, value)))
                    }
                }
            }
        }
        guard let config = body.proto("toolConfig", "tool_config"),
            let calling = config.proto("functionCallingConfig", "function_calling_config")
        else { return }
        request.toolChoice = try readChoice(calling)
    }

    private static func readFunctions(
        _ list: JSONValue, at path: String, into request: inout ChatRequest
    ) throws(HubError) {
        for (index, function) in try list.items(at: path).enumerated() {
            guard function.isObject else { throw .validation("\(path)[\(index)]", "must be an object") }
            let own = try function.optionalObject("parameters", at: "\(path)[\(index)]")
            let schema = function.proto("parametersJsonSchema", "parameters_json_schema")
            let tool = FunctionTool(
                name: try function.requiredString("name", at: "\(path)[\(index)]"),
                description: try function.optionalString("description", at: "\(path)[\(index)]"),
                parameters: schema ?? own.map(GeminiSchema.jsonSchema))
            request.tools.append(ChatTool(.function(tool)))
        }
    }

    private static func readChoice(_ calling: JSONValue) throws(HubError) -> ToolChoice? {
        let path = "toolConfig.functionCallingConfig"
        var names: [String] = []
        if let list = calling.proto("allowedFunctionNames", "allowed_function_names") {
            guard list.isArray, list.count <= 1024 else {
                throw .validation("\(path).allowedFunctionNames", "must be an array of at most 1024 strings")
            }
            names = list.elements.compactMap(\.string)
        }
        switch try calling.optionalString("mode", at: path)?.uppercased() {
        case nil, "AUTO", "MODE_UNSPECIFIED", "": return .auto
        case "NONE": return ToolChoice.none
        case "ANY":
            if names.count == 1 { return .tool(name: names[0]) }
            return names.isEmpty ? .required : .allowed(names: names, isRequired: true)
        case "VALIDATED": return names.isEmpty ? .auto : .allowed(names: names, isRequired: false)
        default: throw .validation("\(path).mode", "must be AUTO, ANY, NONE or VALIDATED")
        }
    }

    // MARK: Configuration

    private static func readConfig(_ config: JSONValue, into request: inout ChatRequest) throws(HubError) {
        let fields = try FieldReader(config, prefix: "generationConfig.")
        request.maximumOutputTokens = try fields.integer(
            fields.given("maxOutputTokens", "max_output_tokens"), in: 1...Int.max)
        request.choiceCount = try fields.integer(fields.given("candidateCount", "candidate_count"), in: 1...128) ?? 1
        request.stop = try fields.strings(fields.given("stopSequences", "stop_sequences"), atMost: 16)
        request.modalities = try fields.strings(
            fields.given("responseModalities", "response_modalities"), atMost: 8
        ).map { $0.lowercased() }
        try readSampling(fields, into: &request.sampling)
        request.responseFormat = try readFormat(config, fields)
        if let thinking = config.proto("thinkingConfig", "thinking_config") {
            request.reasoning = try readThinking(thinking)
        }
        for (key, value) in config.members where !isKnownConfig(key) && !value.isNull {
            request.others.append(("generationConfig.\(key.string)", value))
        }
    }

    private static func isKnownConfig(_ key: JSONKey) -> Bool {
        switch key.string {
        case "temperature", "topP", "top_p", "topK", "top_k", "candidateCount", "candidate_count", "maxOutputTokens",
            "max_output_tokens", "stopSequences", "stop_sequences", "seed", "presencePenalty", "presence_penalty",
            "frequencyPenalty", "frequency_penalty", "responseMimeType", "response_mime_type", "responseSchema",
            "response_schema", "responseJsonSchema", "response_json_schema", "responseLogprobs", "response_logprobs",
            "logprobs", "responseModalities", "response_modalities", "thinkingConfig", "thinking_config":
            true
        default: false
        }
    }

    private static func readSampling(_ fields: FieldReader, into sampling: inout Sampling) throws(HubError) {
        sampling.temperature = try fields.double("temperature", in: 0...2)
        sampling.topP = try fields.double(fields.given("topP", "top_p"), in: 0...1)
        // Some clients write it as 40.0.
        let topK: StaticString = fields.given("topK", "top_k")
        if let number = try fields.double(topK, in: 0...1_000_000) { sampling.topK = Int(number) }
        sampling.presencePenalty = try fields.double(fields.given("presencePenalty", "presence_penalty"), in: -2...2)
        sampling.frequencyPenalty = try fields.double(
            fields.given("frequencyPenalty", "frequency_penalty"), in: -2...2)
        sampling.wantsLogprobs = try fields.bool(fields.given("responseLogprobs", "response_logprobs"))
        sampling.topLogprobs = try fields.integer("logprobs", in: 0...20)
        if let seed = fields.value("seed") {
            guard seed.int != nil else { throw .validation("generationConfig.seed", "must be an integer") }
            sampling.seed = seed
        }
    }

    private static func readFormat(_ config: JSONValue, _ fields: FieldReader) throws(HubError) -> ResponseFormat? {
        let type: StaticString = fields.given("responseMimeType", "response_mime_type")
        switch try fields.string(type, maximumLength: 256) {
        case nil, "text/plain": return nil
        case "application/json":
            if let schema = config.proto("responseJsonSchema", "response_json_schema") {
                return .jsonSchema(JSONSchemaFormat(schema: schema))
            }
            guard let schema = config.proto("responseSchema", "response_schema") else { return .jsonObject }
            return .jsonSchema(JSONSchemaFormat(schema: GeminiSchema.jsonSchema(schema)))
        default:
            // One of a list of words, and the like.
            throw HubError(
                .unsupportedParameter, "responseMimeType: only application/json and text/plain cross dialects",
                parameter: "generationConfig.responseMimeType")
        }
    }

    private static func readThinking(_ config: JSONValue) throws(HubError) -> ReasoningRequest? {
        guard config.isObject else { throw .validation("generationConfig.thinkingConfig", "must be an object") }
        let fields = try FieldReader(config, prefix: "generationConfig.thinkingConfig.")
        var reasoning = ReasoningRequest()
        switch try fields.integer(fields.given("thinkingBudget", "thinking_budget"), in: -1...Int.max) {
        case nil: break
        case -1: reasoning.isAdaptive = true
        case 0: reasoning.effort = ReasoningRequest.Effort.none
        case let budget: reasoning.budget = budget
        }
        let level: StaticString = fields.given("thinkingLevel", "thinking_level")
        if let word = try fields.string(level, maximumLength: 64)?.lowercased(), word != "thinking_level_unspecified" {
            guard let effort = ReasoningRequest.Effort(rawValue: word) else {
                throw .validation(
                    "generationConfig.thinkingConfig.thinkingLevel", "must be minimal, low, medium or high")
            }
            reasoning.effort = effort
        }
        reasoning.showsText = try fields.bool(fields.given("includeThoughts", "include_thoughts"))
        return reasoning == ReasoningRequest() ? nil : reasoning
    }
}
