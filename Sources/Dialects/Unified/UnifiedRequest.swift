public import Wire

/// The hub's own completion request: contract 2.1.
public enum UnifiedRequest {
    public static func parse(_ body: JSONValue) throws(HubError) -> CompletionRequest {
        let fields = try FieldReader(body)
        try fields.refuseDuplicates(["model", "messages", "prompt", "stream", "provider", "user", "n"])
        guard fields.value("prompt") == nil else {
            throw HubError(.invalidRequest, "messages and prompt cannot both be given", parameter: "prompt")
        }
        let model = try fields.requiredString("model", maximumLength: 256)
        guard let messages = try fields.array("messages", counts: 1...1000) else {
            throw .validation("messages", "is required")
        }
        try UnifiedMessages.check(messages)
        try checkParameters(fields)
        try checkTools(fields)
        return CompletionRequest(
            dialect: .unified, body: body, model: model, provider: try fields.string("provider", maximumLength: 40),
            isStream: try fields.bool("stream") ?? false, wantsUsageChunk: try fields.includesUsage() ?? true,
            user: try fields.string("user", maximumLength: 256), choiceCount: try fields.integer("n", in: 1...16) ?? 1,
            routing: try RoutingWish.parse(fields))
    }

    private static func checkParameters(_ fields: FieldReader) throws(HubError) {
        try fields.number("temperature", in: 0...2)
        try fields.number("top_p", in: 0...1)
        try fields.number("presence_penalty", in: -2...2)
        try fields.number("frequency_penalty", in: -2...2)
        _ = try fields.integer("max_tokens", in: 1...Int.max)
        _ = try fields.integer("max_completion_tokens", in: 1...Int.max)
        _ = try fields.integer("top_k", in: 1...Int.max)
        _ = try fields.integer("top_logprobs", in: 0...20)
        _ = try fields.bool("logprobs")
        _ = try fields.bool("parallel_tool_calls")
        _ = try fields.object("provider_params")
        if let seed = fields.value("seed"), seed.uint64 == nil {
            throw .validation("seed", "must be an integer of at least 0")
        }
        try checkStop(fields.value("stop"))
        try checkMetadata(fields.object("metadata"))
        try checkReasoning(fields.object("reasoning"))
        try checkResponseFormat(fields.object("response_format"))
    }

    private static func checkStop(_ stop: JSONValue?) throws(HubError) {
        guard let stop, !stop.isString else { return }
        guard stop.isArray, (1...4).contains(stop.count), stop.elements.allSatisfy({ $0.isString }) else {
            throw .validation("stop", "must be a string or 1..4 strings")
        }
    }

    private static func checkMetadata(_ metadata: JSONValue?) throws(HubError) {
        guard let metadata else { return }
        guard metadata.count <= 16 else { throw .validation("metadata", "must have at most 16 entries") }
        for (key, value) in metadata.members where !value.isString {
            throw .validation("metadata.\(key.string)", "must be a string")
        }
    }

    private static func checkReasoning(_ reasoning: JSONValue?) throws(HubError) {
        guard let reasoning else { return }
        if let effort = reasoning["effort"], !effort.isNull {
            guard ["minimal", "low", "medium", "high"].contains(effort.string) else {
                throw .validation("reasoning.effort", "must be minimal, low, medium or high")
            }
        }
        if let budget = reasoning["budget_tokens"], !budget.isNull, (budget.int ?? 0) < 1024 {
            throw .validation("reasoning.budget_tokens", "must be an integer of at least 1024")
        }
    }

    private static func checkResponseFormat(_ format: JSONValue?) throws(HubError) {
        guard let format else { return }
        guard let type = format["type"]?.string, ["text", "json_object", "json_schema"].contains(type) else {
            throw .validation("response_format.type", "must be text, json_object or json_schema")
        }
        guard type == "json_schema" else { return }
        guard let schema = format["json_schema"], schema.isObject else {
            throw .validation("response_format.json_schema", "is required")
        }
        guard schema["name"]?.isString == true else {
            throw .validation("response_format.json_schema.name", "is required")
        }
        guard schema["schema"]?.isObject == true else {
            throw .validation("response_format.json_schema.schema", "must be an object")
        }
    }

    private static func check(_ tool: JSONValue, at path: String) throws(HubError) {
        guard let function = tool["function"], function["name"]?.isString == true else {
            throw .validation("\(path).function.name", "is required")
        }
        if let type = tool["type"], !type.isNull, !type.equals("function") {
            throw .validation("\(path).type", "must be function")
        }
        if let text = function["description"], !text.isNull, !text.isString {
            throw .validation("\(path).function.description", "must be a string")
        }
        if let schema = function["parameters"], !schema.isNull, !schema.isObject {
            throw .validation("\(path).function.parameters", "must be an object")
        }
        if let strict = function["strict"], !strict.isNull, strict.bool == nil {
            throw .validation("\(path).function.strict", "must be true or false")
        }
    }

    private static func checkTools(_ fields: FieldReader) throws(HubError) {
        if let tools = try fields.array("tools", counts: 0...128) {
            var index = 0
            for tool in tools.elements {
                guard tool.isObject else { throw .validation("tools[\(index)]", "must be an object") }
                try check(tool, at: "tools[\(index)]")
                index += 1
            }
        }
        _ = try fields.array("functions", counts: 0...128)
        guard let choice = fields.value("tool_choice") else { return }
        if let text = choice.string, ["auto", "none", "required"].contains(text) { return }
        guard choice["function"]?["name"]?.isString == true || choice["name"]?.isString == true else {
            throw .validation("tool_choice", "must be auto, none, required or name a function")
        }
    }
}
