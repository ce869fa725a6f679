internal import Wire

/// The tools of a request as Converse takes them, and how its answer is held to a form. Pure.
struct BedrockTools {
    private var functions: [(tool: FunctionTool, cache: CacheMarker?)] = []
    private var choice: ToolChoice?
    private let target: BedrockTarget
    /// The schema of the tool in whose arguments the answer is given.
    private var answerSchema: JSONValue?
    private var hasAnswerTool = false
    /// The schema that `outputConfig` is to name.
    private(set) var outputFormat: JSONSchemaFormat?
    /// Claude is to make one call at a time.
    private var isParallelOff = false

    init(_ request: ChatRequest, turns: AnthropicTurns, target: BedrockTarget, report: inout TranslationReport) {
        self.target = target
        choice = request.toolChoice
        for tool in request.tools {
            switch tool.kind {
            case .function(let function): functions.append((function, tool.cache))
            case .other(let type, _): report.refuse("tools.\(type)")
            }
        }
        if request.allowsParallelToolCalls == false, !functions.isEmpty {
            if target.isClaude { isParallelOff = true } else { report.drop("parallel_tool_calls") }
        }
        if case .allowed(let names, let isRequired) = choice {
            functions.removeAll { !names.contains($0.tool.name) }
            choice = isRequired ? .required : .auto
        }
        setFormat(request.responseFormat, &report)
        limitChoice(turns, &report)
    }

    private mutating func setFormat(_ format: ResponseFormat?, _ report: inout TranslationReport) {
        switch format {
        case nil, .text: return
        case .jsonSchema(let schema):
            if target.acceptsOutputFormat { return outputFormat = schema }
            guard target.acceptsRequiredTool else { return report.refuse("response_format") }
            answerSchema = schema.schema
        case .jsonObject:
            // Beside other tools the model could not choose between answering and calling.
            guard functions.isEmpty, target.acceptsRequiredTool else { return report.drop("response_format") }
        }
        hasAnswerTool = true
    }

    /// Converse has no choice of none: the tools are left out, unless past calls need their declarations.
    private mutating func limitChoice(_ turns: AnthropicTurns, _ report: inout TranslationReport) {
        let called = turns.calledTools
        if choice == ToolChoice.none {
            choice = nil
            if called.isEmpty { functions = [] } else if !functions.isEmpty { report.drop("tool_choice") }
        }
        if functions.isEmpty, !hasAnswerTool { functions = called.map { (FunctionTool(name: $0), nil) } }
        if case .tool = choice, !target.acceptsNamedTool { report.refuse("tool_choice") }
        if choice == .required, !target.acceptsRequiredTool { report.refuse("tool_choice") }
    }

    /// A call of some tool is forced.
    var isForced: Bool { hasAnswerTool || (!functions.isEmpty && choice?.isForced == true) }

    // MARK: Write

    func write(to writer: inout JSONWriter, report: inout TranslationReport) {
        guard !functions.isEmpty || hasAnswerTool else { return }
        writer.key("toolConfig")
        writer.beginObject()
        writer.key("tools")
        writer.beginArray()
        for (tool, cache) in functions {
            if tool.isStrict == true, !target.isClaude { report.drop("tools.strict") }
            write(tool, to: &writer)
            BedrockBlockWriter.writeCachePoint(
                cache, target, as: "tools.cache_control", to: &writer, report: &report)
        }
        if hasAnswerTool {
            write(
                FunctionTool(name: AnswerTool.name, description: AnswerTool.description, parameters: answerSchema),
                to: &writer)
        }
        writer.endArray()
        writeChoice(to: &writer)
        writer.endObject()
    }

    private func write(_ tool: FunctionTool, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("toolSpec")
        writer.beginObject()
        writer.member("name", tool.name)
        if let description = tool.description, !description.isEmpty { writer.member("description", description) }
        writer.key("inputSchema")
        writer.beginObject()
        writer.key("json")
        writeSchema(tool.parameters, to: &writer)
        writer.endObject()
        if let isStrict = tool.isStrict, target.isClaude { writer.member("strict", isStrict) }
        writer.endObject()
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

    /// With an answer tool every answer is a call.
    private var effectiveChoice: ToolChoice? {
        guard hasAnswerTool else { return choice }
        return functions.isEmpty && target.acceptsNamedTool ? .tool(name: AnswerTool.name) : .required
    }

    private func writeChoice(to writer: inout JSONWriter) {
        guard let choice = effectiveChoice else { return }
        writer.key("toolChoice")
        writer.beginObject()
        switch choice {
        case .tool(let name):
            writer.key("tool")
            writer.beginObject()
            writer.member("name", name)
            writer.endObject()
        case .required: writeEmpty("any", to: &writer)
        case .auto, .none, .allowed: writeEmpty("auto", to: &writer)
        }
        writer.endObject()
    }

    private func writeEmpty(_ name: StaticString, to writer: inout JSONWriter) {
        writer.key(name)
        writer.beginObject()
        writer.endObject()
    }

    /// Writes a member of `additionalModelRequestFields`: Converse itself has no word for one call at a time. A kind of choice
    /// beside that of `toolConfig` is refused.
    func writeModelFields(to fields: inout JSONWriter) {
        guard isParallelOff, !functions.isEmpty else { return }
        fields.key("tool_choice")
        fields.beginObject()
        if effectiveChoice == nil { fields.member("type", "auto") }
        fields.member("disable_parallel_tool_use", true)
        fields.endObject()
    }
}
