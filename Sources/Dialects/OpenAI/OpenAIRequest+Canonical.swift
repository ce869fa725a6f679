public import Wire

extension OpenAIRequest {
    /// Reads a request completely, for a provider of another dialect. Takes what the hub's own form adds as well.
    ///
    /// Throws `validation_failed` naming the field that has a wrong type or value.
    public static func canonical(_ body: JSONValue) throws(HubError) -> ChatRequest {
        let fields = try FieldReader(body)
        guard let messages = try fields.array("messages", counts: 1...10_000) else {
            throw .validation("messages", "is required")
        }
        var request = ChatRequest(messages: try OpenAIMessages.read(messages))
        try readTools(fields, into: &request)
        try readSampling(fields, into: &request.sampling)
        try readOutput(fields, into: &request)
        request.choiceCount = try fields.integer("n", in: 1...128) ?? 1
        request.isStream = try fields.bool("stream") ?? false
        request.user = try fields.string("user", maximumLength: 4096)
        if request.user == nil { request.user = try fields.string("safety_identifier", maximumLength: 4096) }
        request.serviceTier = try fields.string("service_tier", maximumLength: 64)
        request.cacheKey = try fields.string("prompt_cache_key", maximumLength: 1024)
        request.cache = cacheMarker(body)
        request.providerParameters = try fields.object("provider_params")
        if let metadata = try fields.object("metadata") {
            for (key, value) in metadata.members {
                guard let text = value.string else { throw .validation("metadata.\(key.string)", "must be a string") }
                request.metadata.append((key.string, text))
            }
        }
        for (key, value) in body.members where !isKnown(key) && !value.isNull {
            request.others.append((key.string, value))
        }
        return request
    }

    /// `cache_control`, as it is widely used in this form.
    static func cacheMarker(_ holder: JSONValue) -> CacheMarker? {
        guard let control = holder["cache_control"], control.isObject else { return nil }
        return CacheMarker(lifetime: control["ttl"]?.string.flatMap { CacheMarker.Lifetime(rawValue: $0) })
    }

    private static func isKnown(_ key: JSONKey) -> Bool {
        switch key.string {
        case "model", "messages", "tools", "functions", "tool_choice", "function_call", "parallel_tool_calls",
            "response_format", "temperature", "top_p", "top_k", "seed", "random_seed", "presence_penalty",
            "frequency_penalty", "logit_bias", "logprobs", "top_logprobs", "stop", "max_tokens",
            "max_completion_tokens", "reasoning_effort", "reasoning", "n", "stream", "stream_options", "user",
            "safety_identifier", "service_tier", "prompt_cache_key", "cache_control", "provider_params", "metadata",
            "verbosity", "modalities", "thinking":
            true
        // The hub's own: never meant for a provider.
        case "provider", "routing": true
        default: false
        }
    }

    // MARK: Tools

    private static func readTools(_ fields: FieldReader, into request: inout ChatRequest) throws(HubError) {
        if let tools = try fields.array("tools", counts: 0...1024) {
            var index = 0
            for tool in tools.elements {
                request.tools.append(try readTool(tool, at: "tools[\(index)]"))
                index += 1
            }
        }
        if let functions = try fields.array("functions", counts: 0...1024) {
            var index = 0
            for function in functions.elements {
                request.tools.append(ChatTool(.function(try readFunction(function, at: "functions[\(index)]"))))
                index += 1
            }
        }
        request.toolChoice = try readChoice(fields.value("tool_choice") ?? fields.value("function_call"))
        request.allowsParallelToolCalls = try fields.bool("parallel_tool_calls")
    }

    private static func readTool(_ tool: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ChatTool {
        guard tool.isObject else { throw .validation(path(), "must be an object") }
        let cache = cacheMarker(tool)
        // Mistral's clients leave the type out.
        if let type = try tool.optionalString("type", at: path()), type != "function" {
            return ChatTool(.other(type: type, tool), cache: cache)
        }
        guard let function = tool.given("function") else { throw .validation("\(path()).function", "is required") }
        return ChatTool(.function(try readFunction(function, at: "\(path()).function")), cache: cache)
    }

    private static func readFunction(
        _ function: JSONValue, at path: @autoclosure () -> String
    ) throws(HubError) -> FunctionTool {
        guard function.isObject else { throw .validation(path(), "must be an object") }
        return FunctionTool(
            name: try function.requiredString("name", at: path()),
            description: try function.optionalString("description", at: path()),
            parameters: try function.optionalObject("parameters", at: path()),
            isStrict: try function.optionalBool("strict", at: path()))
    }

    private static func readChoice(_ choice: JSONValue?) throws(HubError) -> ToolChoice? {
        guard let choice else { return nil }
        switch choice.string {
        case "auto": return .auto
        case "none": return ToolChoice.none
        // "any" is Mistral's older word.
        case "required", "any": return .required
        default: break
        }
        if let allowed = choice["allowed_tools"] ?? (choice["type"]?.equals("allowed_tools") == true ? choice : nil) {
            let names = (allowed["tools"].map { Array($0.elements) } ?? []).compactMap { tool in
                tool["function"]?["name"]?.string ?? tool["name"]?.string
            }
            return .allowed(names: names, isRequired: allowed["mode"]?.equals("required") == true)
        }
        if let name = choice["function"]?["name"]?.string ?? choice["name"]?.string { return .tool(name: name) }
        throw .validation("tool_choice", "must be auto, none, required or name a function")
    }

    // MARK: Parameters

    private static func readSampling(_ fields: FieldReader, into sampling: inout Sampling) throws(HubError) {
        sampling.temperature = try fields.double("temperature", in: 0...2)
        sampling.topP = try fields.double("top_p", in: 0...1)
        sampling.topK = try fields.integer("top_k", in: 0...Int.max)
        sampling.presencePenalty = try fields.double("presence_penalty", in: -2...2)
        sampling.frequencyPenalty = try fields.double("frequency_penalty", in: -2...2)
        sampling.logitBias = try fields.object("logit_bias")
        sampling.wantsLogprobs = try fields.bool("logprobs")
        sampling.topLogprobs = try fields.integer("top_logprobs", in: 0...20)
        if let seed = fields.value("seed") ?? fields.value("random_seed") {
            guard seed.int != nil || seed.uint64 != nil else { throw .validation("seed", "must be an integer") }
            sampling.seed = seed
        }
    }

    private static func readOutput(_ fields: FieldReader, into request: inout ChatRequest) throws(HubError) {
        let limit = try fields.integer("max_completion_tokens", in: 1...Int.max)
        let olderLimit = try fields.integer("max_tokens", in: 1...Int.max)
        request.maximumOutputTokens = limit ?? olderLimit
        request.stop = try fields.strings("stop", atMost: 16)
        request.verbosity = try fields.string("verbosity", maximumLength: 64)
        request.modalities = try fields.strings("modalities", atMost: 8)
        request.responseFormat = try readFormat(fields.object("response_format"))
        var reasoning = ReasoningRequest()
        let given = try fields.object("reasoning")
        let effort = try fields.string("reasoning_effort", maximumLength: 64)
        let nestedEffort = try given?.optionalString("effort", at: "reasoning")
        if let word = effort ?? nestedEffort {
            guard let effort = ReasoningRequest.Effort(rawValue: word) else {
                throw .validation(
                    "reasoning_effort", "must be none, minimal, low, medium, high, xhigh or max")
            }
            reasoning.effort = effort
        }
        if let budget = given?.given("budget_tokens") ?? given?.given("max_tokens") {
            guard let tokens = budget.int, tokens >= 0 else {
                throw .validation("reasoning.budget_tokens", "must be an integer of at least 0")
            }
            reasoning.budget = tokens
        }
        // DeepSeek's and others' switch.
        switch fields.value("thinking")?["type"]?.string {
        case "disabled": reasoning.effort = ReasoningRequest.Effort.none
        case "enabled" where reasoning == ReasoningRequest(): reasoning.isAdaptive = true
        default: break
        }
        if try given?.optionalBool("exclude", at: "reasoning") == true { reasoning.showsText = false }
        if reasoning != ReasoningRequest() { request.reasoning = reasoning }
    }

    private static func readFormat(_ format: JSONValue?) throws(HubError) -> ResponseFormat? {
        guard let format else { return nil }
        switch format["type"]?.string {
        case "text": return .text
        case "json_object": return .jsonObject
        case "json_schema":
            guard let schema = format["json_schema"], schema.isObject else {
                throw .validation("response_format.json_schema", "must be an object")
            }
            guard let body = schema.given("schema"), body.isObject else {
                throw .validation("response_format.json_schema.schema", "must be an object")
            }
            return .jsonSchema(
                JSONSchemaFormat(
                    name: try schema.optionalString("name", at: "response_format.json_schema"),
                    description: try schema.optionalString("description", at: "response_format.json_schema"),
                    schema: body, isStrict: try schema.optionalBool("strict", at: "response_format.json_schema")))
        default:
            throw .validation("response_format.type", "must be text, json_object or json_schema")
        }
    }
}
