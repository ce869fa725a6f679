public import Wire

extension BedrockRequest {
    /// Reads a request completely, for a provider of another dialect.
    ///
    /// Throws `validation_failed` naming the field that has a wrong type or value.
    public static func canonical(_ body: JSONValue) throws(HubError) -> ChatRequest {
        let fields = try FieldReader(body)
        guard let messages = try fields.array("messages", counts: 1...100_000) else {
            throw .validation("messages", "is required")
        }
        var turns: [ChatMessage] = []
        if let system = try BedrockBlocks.readContent(body, "system", at: "system"), !system.isEmpty {
            turns.append(ChatMessage(role: .system, parts: system))
        }
        // What is to be filtered must not go unfiltered.
        if let guardrail = try fields.object("guardrailConfig") {
            turns.append(
                ChatMessage(role: .user, parts: [ChatPart(.other(type: "guardrailConfig", guardrail))]))
        }
        var index = 0
        for message in messages.elements {
            turns.append(try readMessage(message, at: "messages[\(index)]"))
            index += 1
        }
        var request = ChatRequest(messages: turns)
        try readTools(fields, into: &request)
        try readInference(fields, into: &request)
        try readModelFields(fields, into: &request)
        try readOutput(fields, into: &request)
        if let metadata = try fields.object("requestMetadata") {
            for (key, value) in metadata.members {
                guard let text = value.string else {
                    throw .validation("requestMetadata.\(key.string)", "must be a string")
                }
                request.metadata.append((key.string, text))
            }
        }
        for (key, value) in body.members where !isKnown(key) && !value.isNull {
            request.others.append((key.string, value))
        }
        return request
    }

    private static func isKnown(_ key: JSONKey) -> Bool {
        switch key.string {
        case "messages", "system", "inferenceConfig", "toolConfig", "additionalModelRequestFields", "outputConfig",
            "serviceTier", "requestMetadata", "guardrailConfig":
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
        guard let parts = try BedrockBlocks.readContent(message, "content", at: "\(path()).content") else {
            throw .validation("\(path()).content", "is required")
        }
        return ChatMessage(role: role, parts: parts)
    }

    // MARK: Tools

    private static func readTools(_ fields: FieldReader, into request: inout ChatRequest) throws(HubError) {
        guard let config = try fields.object("toolConfig") else { return }
        let reader = try FieldReader(config, prefix: "toolConfig.")
        var index = 0
        for tool in try reader.array("tools", counts: 0...1024).map({ Array($0.elements) }) ?? [] {
            try readTool(tool, at: "toolConfig.tools[\(index)]", into: &request)
            index += 1
        }
        guard let choice = try reader.object("toolChoice") else { return }
        if let tool = choice.given("tool") {
            request.toolChoice = .tool(name: try tool.requiredString("name", at: "toolConfig.toolChoice.tool"))
        } else if choice.given("any") != nil {
            request.toolChoice = .required
        } else if choice.given("auto") != nil {
            request.toolChoice = .auto
        } else {
            throw .validation("toolConfig.toolChoice", "must be auto, any or tool")
        }
    }

    private static func readTool(
        _ tool: JSONValue, at path: @autoclosure () -> String, into request: inout ChatRequest
    ) throws(HubError) {
        guard tool.isObject else { throw .validation(path(), "must be an object") }
        if let point = tool.given("cachePoint") {
            if let last = request.tools.indices.last { request.tools[last].cache = BedrockBlocks.marker(point) }
        } else if let spec = try tool.optionalObject("toolSpec", at: path()) {
            let schema = try spec.optionalObject("inputSchema", at: "\(path()).toolSpec")
            let function = FunctionTool(
                name: try spec.requiredString("name", at: "\(path()).toolSpec"),
                description: try spec.optionalString("description", at: "\(path()).toolSpec"),
                parameters: schema?.given("json"), isStrict: try spec.optionalBool("strict", at: "\(path()).toolSpec"))
            request.tools.append(ChatTool(.function(function)))
        } else {
            let type = tool.members.first { _ in true }?.key.string ?? "tool"
            request.tools.append(ChatTool(.other(type: type, tool)))
        }
    }

    // MARK: Numbers

    private static func readInference(_ fields: FieldReader, into request: inout ChatRequest) throws(HubError) {
        guard let config = try fields.object("inferenceConfig") else { return }
        let reader = try FieldReader(config, prefix: "inferenceConfig.")
        request.maximumOutputTokens = try reader.integer("maxTokens", in: 1...Int.max)
        request.sampling.temperature = try reader.double("temperature", in: 0...1)
        request.sampling.topP = try reader.double("topP", in: 0...1)
        request.stop = try reader.strings("stopSequences", atMost: 2500)
    }

    /// What Converse leaves to the model: thinking and `top_k` of Claude, efforts of gpt-oss.
    private static func readModelFields(_ fields: FieldReader, into request: inout ChatRequest) throws(HubError) {
        guard let given = try fields.object("additionalModelRequestFields") else { return }
        let place = "additionalModelRequestFields"
        for (key, value) in given.members {
            switch key.string {
            case "top_k":
                guard let topK = value.int else { throw .validation("\(place).top_k", "must be an integer") }
                request.sampling.topK = topK
            case "inferenceConfig" where value["topK"]?.int != nil: request.sampling.topK = value["topK"]?.int
            case "thinking": readThinking(value, into: &request)
            // Models differ in its name and in what it is.
            case "reasoning_config", "reasoningConfig", "reasoning_effort":
                if value.isObject { readThinking(value, into: &request) } else { readEffort(value, into: &request) }
                if let effort = value["maxReasoningEffort"] { readEffort(effort, into: &request) }
            case "output_config": if let effort = value["effort"] { readEffort(effort, into: &request) }
            case "tool_choice":
                request.allowsParallelToolCalls = value["disable_parallel_tool_use"]?.bool.map { !$0 }
            default: request.others.append(("\(place).\(key.string)", value))
            }
        }
    }

    private static func readThinking(_ thinking: JSONValue, into request: inout ChatRequest) {
        var wish = request.reasoning ?? ReasoningRequest()
        switch thinking["type"]?.string {
        case "enabled": wish.budget = thinking["budget_tokens"]?.int
        case "adaptive": wish.isAdaptive = true
        case nil: return
        default: wish.effort = ReasoningRequest.Effort.none
        }
        if let display = thinking["display"]?.string { wish.showsText = display != "omitted" }
        if wish != ReasoningRequest() { request.reasoning = wish }
    }

    private static func readEffort(_ value: JSONValue, into request: inout ChatRequest) {
        guard let effort = value.string.flatMap({ ReasoningRequest.Effort(rawValue: $0) }) else { return }
        var wish = request.reasoning ?? ReasoningRequest()
        wish.effort = effort
        request.reasoning = wish
    }

    private static func readOutput(_ fields: FieldReader, into request: inout ChatRequest) throws(HubError) {
        if let tier = try fields.object("serviceTier") {
            request.serviceTier = try tier.requiredString("type", at: "serviceTier")
        }
        guard let output = try fields.object("outputConfig") else { return }
        if let effort = output.given("effort") { readEffort(effort, into: &request) }
        guard let format = output.given("textFormat")?["structure"]?["jsonSchema"] else { return }
        let place = "outputConfig.textFormat.structure.jsonSchema"
        let text = try format.requiredString("schema", at: place)
        guard let schema = try? JSONDocument.parse(text, maximumDepth: 512).root, schema.isObject else {
            throw .validation("\(place).schema", "must be a JSON schema as a string")
        }
        request.responseFormat = .jsonSchema(
            JSONSchemaFormat(name: try format.optionalString("name", at: place), schema: schema))
    }
}
