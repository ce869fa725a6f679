internal import Wire

/// The tools of a request as Anthropic takes them, and how its answer is held to a form. Pure.
struct AnthropicTools {
    private var functions: [(tool: FunctionTool, cache: CacheMarker?)] = []
    private var choice: ToolChoice?
    private let allowsParallelCalls: Bool?
    /// The schema that `output_config` is to name.
    private(set) var outputFormat: JSONSchemaFormat?
    /// The schema of the tool that takes its place; `hasAnswerTool` with no schema: any object.
    private var answerSchema: JSONValue?
    private var hasAnswerTool = false

    init(
        _ request: ChatRequest, turns: AnthropicTurns, target: AnthropicTarget, report: inout TranslationReport
    ) {
        allowsParallelCalls = request.allowsParallelToolCalls
        choice = request.toolChoice
        for tool in request.tools {
            switch tool.kind {
            case .function(let function): functions.append((function, tool.cache))
            case .other(let type, _): report.refuse("tools.\(type)")
            }
        }
        limitToAllowed()
        setFormat(request.responseFormat, target, &report)
        // Past calls need their declarations.
        if functions.isEmpty, !hasAnswerTool {
            for name in turns.calledTools { functions.append((FunctionTool(name: name), nil)) }
            if !functions.isEmpty { choice = ToolChoice.none }
        }
    }

    /// Anthropic has no choice among some: the others are left out.
    private mutating func limitToAllowed() {
        guard case .allowed(let names, let isRequired) = choice else { return }
        functions.removeAll { !names.contains($0.tool.name) }
        choice = isRequired ? .required : .auto
    }

    private mutating func setFormat(
        _ format: ResponseFormat?, _ target: AnthropicTarget, _ report: inout TranslationReport
    ) {
        switch format {
        case nil, .text: return
        case .jsonSchema(let schema):
            if target.acceptsOutputFormat { return outputFormat = schema }
            answerSchema = schema.schema
        case .jsonObject:
            // Beside other tools the model could not choose between answering and calling.
            guard functions.isEmpty else { return report.drop("response_format") }
        }
        hasAnswerTool = true
    }

    /// A call of some tool is forced.
    var isForced: Bool { hasAnswerTool || (!functions.isEmpty && choice?.isForced == true) }

    // MARK: Write

    func write(to writer: inout JSONWriter) {
        guard !functions.isEmpty || hasAnswerTool else { return }
        writer.key("tools")
        writer.beginArray()
        for (tool, cache) in functions { write(tool, cache, to: &writer) }
        if hasAnswerTool {
            let tool = FunctionTool(
                name: AnswerTool.name, description: AnswerTool.description, parameters: answerSchema)
            write(tool, nil, to: &writer)
        }
        writer.endArray()
        writeChoice(to: &writer)
    }

    private func write(_ tool: FunctionTool, _ cache: CacheMarker?, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", tool.name)
        if let description = tool.description, !description.isEmpty { writer.member("description", description) }
        writer.key("input_schema")
        writeSchema(tool.parameters, to: &writer)
        if let isStrict = tool.isStrict { writer.member("strict", isStrict) }
        AnthropicBlockWriter.writeCache(cache, to: &writer)
        writer.endObject()
    }

    /// It must say that it is an object's.
    private func writeSchema(_ schema: JSONValue?, to writer: inout JSONWriter) {
        guard let schema else { return writer.raw(#"{"type":"object","properties":{}}"#) }
        if schema["type"]?.equals("object") == true { return writer.value(schema) }
        writer.beginObject()
        writer.member("type", "object")
        for (key, value) in schema.members where !key.equals("type") {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
    }

    private func writeChoice(to writer: inout JSONWriter) {
        let choice = effectiveChoice
        let isParallelOff = allowsParallelCalls == false && choice != ToolChoice.none
        guard choice != nil || isParallelOff else { return }
        writer.key("tool_choice")
        writer.beginObject()
        switch choice ?? .auto {
        case .tool(let name):
            writer.member("type", "tool")
            writer.member("name", name)
        case .required: writer.member("type", "any")
        case .none: writer.member("type", "none")
        case .auto, .allowed: writer.member("type", "auto")
        }
        if isParallelOff { writer.member("disable_parallel_tool_use", true) }
        writer.endObject()
    }

    /// With an answer tool every answer is a call.
    private var effectiveChoice: ToolChoice? {
        guard hasAnswerTool else { return choice }
        return functions.isEmpty || choice == ToolChoice.none ? .tool(name: AnswerTool.name) : .required
    }
}
