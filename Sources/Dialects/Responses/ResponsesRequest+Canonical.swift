public import Wire

extension ResponsesRequest {
    /// Reads a request completely, for a provider of another dialect.
    /// - Parameter earlier: items of a stored conversation, before the body's own.
    ///
    /// Throws `validation_failed` naming the field that has a wrong type or value, and `unsupported_parameter` for a stored
    /// prompt, which only OpenAI can read.
    public static func canonical(_ body: JSONValue, earlier: [JSONValue] = []) throws(HubError) -> ChatRequest {
        let fields = try FieldReader(body)
        if fields.value("prompt") != nil {
            throw HubError(
                .unsupportedParameter, "prompt is stored at OpenAI: this provider cannot read it", parameter: "prompt")
        }
        var request = ChatRequest(messages: try readMessages(fields, earlier))
        try readTools(fields, into: &request)
        try readSampling(fields, into: &request.sampling)
        try readOutput(fields, into: &request)
        request.isStream = try fields.bool("stream") ?? false
        request.user = try fields.string("user", maximumLength: 4096)
        if request.user == nil { request.user = try fields.string("safety_identifier", maximumLength: 4096) }
        request.serviceTier = try fields.string("service_tier", maximumLength: 64)
        request.cacheKey = try fields.string("prompt_cache_key", maximumLength: 1024)
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
        // The default of this field is what every other dialect does.
        if body["truncation"]?.equals("disabled") == true { request.others.removeAll { $0.name == "truncation" } }
        return request
    }

    private static func isKnown(_ key: JSONKey) -> Bool {
        switch key.string {
        case "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "temperature", "top_p",
            "top_logprobs", "max_output_tokens", "text", "reasoning", "stream", "stream_options", "user",
            "safety_identifier", "service_tier", "prompt_cache_key", "provider_params", "metadata", "include":
            true
        // The hub keeps what is to be kept.
        case "store", "previous_response_id", "background", "conversation": true
        default: false
        }
    }

    private static func readMessages(
        _ fields: FieldReader, _ earlier: [JSONValue]
    ) throws(HubError) -> [ChatMessage] {
        var items = ResponsesItems()
        if let instructions = fields.value("instructions") {
            if let text = instructions.string {
                items.append(text: text, role: .system)
            } else if instructions.isArray {
                try items.read(instructions.elements, at: "instructions")
            } else {
                throw .validation("instructions", "must be a string or an array of items")
            }
        }
        try items.read(earlier, at: "previous_response_id")
        guard let input = fields.value("input") else { throw .validation("input", "is required") }
        if let text = input.string {
            items.append(text: text, role: .user)
        } else if input.isArray {
            try items.read(input.elements, at: "input")
        } else {
            throw .validation("input", "must be a string or an array of items")
        }
        return items.messages
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
        request.toolChoice = try readChoice(fields.value("tool_choice"))
        request.allowsParallelToolCalls = try fields.bool("parallel_tool_calls")
    }

    private static func readTool(_ tool: JSONValue, at path: @autoclosure () -> String) throws(HubError) -> ChatTool {
        guard tool.isObject else { throw .validation(path(), "must be an object") }
        let type = try tool.requiredString("type", at: path())
        guard type == "function" else { return ChatTool(.other(type: type, tool)) }
        return ChatTool(
            .function(
                FunctionTool(
                    name: try tool.requiredString("name", at: path()),
                    description: try tool.optionalString("description", at: path()),
                    parameters: try tool.optionalObject("parameters", at: path()),
                    isStrict: try tool.optionalBool("strict", at: path()))))
    }

    private static func readChoice(_ choice: JSONValue?) throws(HubError) -> ToolChoice? {
        guard let choice else { return nil }
        switch choice.string {
        case "auto": return .auto
        case "none": return ToolChoice.none
        case "required": return .required
        default: break
        }
        switch choice["type"]?.string {
        case "function":
            guard let name = choice["name"]?.string else { throw .validation("tool_choice.name", "is required") }
            return .tool(name: name)
        case "allowed_tools":
            let names = (choice["tools"].map { Array($0.elements) } ?? []).compactMap { $0["name"]?.string }
            return .allowed(names: names, isRequired: choice["mode"]?.equals("required") == true)
        // A tool of OpenAI's own, which every other dialect refuses by its declaration.
        case .some: return .auto
        case nil: throw .validation("tool_choice", "must be auto, none, required or name a tool")
        }
    }

    // MARK: Parameters

    private static func readSampling(_ fields: FieldReader, into sampling: inout Sampling) throws(HubError) {
        sampling.temperature = try fields.double("temperature", in: 0...2)
        sampling.topP = try fields.double("top_p", in: 0...1)
        sampling.topLogprobs = try fields.integer("top_logprobs", in: 0...20)
        let included = try fields.strings("include", atMost: 64)
        if sampling.topLogprobs != nil || included.contains("message.output_text.logprobs") {
            sampling.wantsLogprobs = true
        }
    }

    private static func readOutput(_ fields: FieldReader, into request: inout ChatRequest) throws(HubError) {
        request.maximumOutputTokens = try fields.integer("max_output_tokens", in: 1...Int.max)
        if let text = try fields.object("text") {
            request.verbosity = try text.optionalString("verbosity", at: "text")
            request.responseFormat = try readFormat(text.optionalObject("format", at: "text"))
        }
        guard let given = try fields.object("reasoning") else { return }
        var reasoning = ReasoningRequest()
        if let word = try given.optionalString("effort", at: "reasoning") {
            guard let effort = ReasoningRequest.Effort(rawValue: word) else {
                throw .validation("reasoning.effort", "must be none, minimal, low, medium, high, xhigh or max")
            }
            reasoning.effort = effort
        }
        if given.given("summary") != nil || given.given("generate_summary") != nil { reasoning.showsText = true }
        if reasoning != ReasoningRequest() { request.reasoning = reasoning }
    }

    private static func readFormat(_ format: JSONValue?) throws(HubError) -> ResponseFormat? {
        guard let format else { return nil }
        switch format["type"]?.string {
        case "text": return .text
        case "json_object": return .jsonObject
        case "json_schema":
            guard let schema = format.given("schema"), schema.isObject else {
                throw .validation("text.format.schema", "must be an object")
            }
            return .jsonSchema(
                JSONSchemaFormat(
                    name: try format.optionalString("name", at: "text.format"),
                    description: try format.optionalString("description", at: "text.format"), schema: schema,
                    isStrict: try format.optionalBool("strict", at: "text.format")))
        default: throw .validation("text.format.type", "must be text, json_object or json_schema")
        }
    }
}
