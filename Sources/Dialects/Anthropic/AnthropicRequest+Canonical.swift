public import Wire

extension AnthropicRequest {
    /// Reads a request completely, for a provider of another dialect.
    ///
    /// Throws `validation_failed` naming the field that has a wrong type or value.
    public static func canonical(_ body: JSONValue) throws(HubError) -> ChatRequest {
        let fields = try FieldReader(body)
        guard let messages = try fields.array("messages", counts: 1...100_000) else {
            throw .validation("messages", "is required")
        }
        var turns: [ChatMessage] = []
        if let system = try AnthropicBlocks.readContent(body, "system", at: "system"), !system.isEmpty {
            turns.append(ChatMessage(role: .system, parts: system))
        }
        var index = 0
        for message in messages.elements {
            turns.append(try readMessage(message, at: "messages[\(index)]"))
            index += 1
        }
        var request = ChatRequest(messages: turns)
        try readTools(fields, into: &request)
        try readOutput(fields, into: &request)
        request.isStream = try fields.bool("stream") ?? false
        if let metadata = try fields.object("metadata") {
            request.user = try metadata.optionalString("user_id", at: "metadata")
        }
        request.serviceTier =
            switch try fields.string("service_tier", maximumLength: 64) {
            case "standard_only": "default"
            case let tier: tier
            }
        request.cache = AnthropicBlocks.cacheMarker(body)
        for (key, value) in body.members where !isKnown(key) && !value.isNull {
            request.others.append((key.string, value))
        }
        return request
    }

    private static func isKnown(_ key: JSONKey) -> Bool {
        switch key.string {
        case "model", "messages", "system", "tools", "tool_choice", "max_tokens", "stop_sequences", "temperature",
            "top_p", "top_k", "thinking", "output_config", "output_format", "stream", "metadata", "service_tier",
            "cache_control":
            true
        default: false
        }
    }

    private static func readMessage(
        _ message: JSONValue, at path: @autoclosure () -> String
    ) throws(HubError) -> ChatMessage {
        guard message.isObject else { throw .validation(path(), "must be an object") }
        let word = try message.requiredString("role", at: path())
        guard let role = ChatMessage.Role(rawValue: word), role != .developer else {
            throw .validation("\(path()).role", "must be user, assistant or system")
        }
        guard let parts = try AnthropicBlocks.readContent(message, "content", at: "\(path()).content") else {
            throw .validation("\(path()).content", "is required")
        }
        return ChatMessage(role: role, parts: parts)
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
        // Servers of tools are tools: they must not vanish.
        if let servers = try fields.array("mcp_servers", counts: 0...64), servers.count > 0 {
            request.tools.append(ChatTool(.other(type: "mcp_servers", servers)))
        }
        guard let choice = try fields.object("tool_choice") else { return }
        switch try choice.requiredString("type", at: "tool_choice") {
        case "auto": request.toolChoice = .auto
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = ToolChoice.none
        case "tool": request.toolChoice = .tool(name: try choice.requiredString("name", at: "tool_choice"))
        default: throw .validation("tool_choice.type", "must be auto, any, tool or none")
        }
        if let disables = try choice.optionalBool("disable_parallel_tool_use", at: "tool_choice") {
            request.allowsParallelToolCalls = !disables
        }
    }

    private static func readTool(_ tool: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ChatTool {
        guard tool.isObject else { throw .validation(path(), "must be an object") }
        let cache = AnthropicBlocks.cacheMarker(tool)
        if let type = try tool.optionalString("type", at: path()), type != "custom" {
            return ChatTool(.other(type: type, tool), cache: cache)
        }
        let function = FunctionTool(
            name: try tool.requiredString("name", at: path()),
            description: try tool.optionalString("description", at: path()),
            parameters: try tool.optionalObject("input_schema", at: path()),
            isStrict: try tool.optionalBool("strict", at: path()))
        return ChatTool(.function(function), cache: cache)
    }

    // MARK: Parameters

    private static func readOutput(_ fields: FieldReader, into request: inout ChatRequest) throws(HubError) {
        request.maximumOutputTokens = try fields.integer("max_tokens", in: 1...Int.max)
        request.sampling.temperature = try fields.double("temperature", in: 0...1)
        request.sampling.topP = try fields.double("top_p", in: 0...1)
        request.sampling.topK = try fields.integer("top_k", in: 0...Int.max)
        request.stop = try fields.strings("stop_sequences", atMost: 8192)
        let config = try fields.object("output_config")
        // `output_format` is the older, beta place.
        let format = try config?.optionalObject("format", at: "output_config")
        let olderFormat = try fields.object("output_format")
        if let format = format ?? olderFormat {
            guard format["type"]?.equals("json_schema") == true else {
                throw .validation("output_config.format.type", "must be json_schema")
            }
            guard let schema = format.given("schema"), schema.isObject else {
                throw .validation("output_config.format.schema", "must be an object")
            }
            request.responseFormat = .jsonSchema(JSONSchemaFormat(schema: schema, isStrict: true))
        }
        try readReasoning(fields, effort: try config?.optionalString("effort", at: "output_config"), into: &request)
    }

    private static func readReasoning(
        _ fields: FieldReader, effort: String?, into request: inout ChatRequest
    ) throws(HubError) {
        var reasoning = ReasoningRequest()
        if let effort {
            guard let known = ReasoningRequest.Effort(rawValue: effort), known != ReasoningRequest.Effort.none else {
                throw .validation("output_config.effort", "must be low, medium, high, xhigh or max")
            }
            reasoning.effort = known
        }
        if let thinking = try fields.object("thinking") {
            switch try thinking.requiredString("type", at: "thinking") {
            case "enabled":
                guard let budget = thinking.given("budget_tokens")?.int, budget > 0 else {
                    throw .validation("thinking.budget_tokens", "must be an integer of at least 1024")
                }
                reasoning.budget = budget
            case "adaptive": reasoning.isAdaptive = true
            case "disabled": reasoning.effort = ReasoningRequest.Effort.none
            default: throw .validation("thinking.type", "must be enabled, adaptive or disabled")
            }
            if let display = try thinking.optionalString("display", at: "thinking") {
                reasoning.showsText = display != "omitted"
            }
        }
        if reasoning != ReasoningRequest() { request.reasoning = reasoning }
    }
}
