internal import Wire

/// The tools of a request as Gemini takes them. Pure.
struct GeminiTools {
    private var functions: [FunctionTool] = []
    private var choice: ToolChoice?
    private let target: GeminiTarget

    init(_ request: ChatRequest, target: GeminiTarget, report: inout TranslationReport) {
        self.target = target
        choice = request.toolChoice
        for tool in request.tools {
            if tool.cache != nil { report.drop("tools.cache_control") }
            switch tool.kind {
            case .function(let function):
                if function.isStrict == true { report.drop("tools.strict") }
                functions.append(function)
            case .other(let type, _): report.refuse("tools.\(type)")
            }
        }
        // Gemini can only be told which tools it must choose from.
        if case .allowed(let names, isRequired: false) = choice {
            functions.removeAll { !names.contains($0.name) }
            choice = .auto
        }
        if request.allowsParallelToolCalls == false, !functions.isEmpty { report.drop("parallel_tool_calls") }
    }

    var isEmpty: Bool { functions.isEmpty }

    /// Writes the members `tools` and `toolConfig`.
    func write(to writer: inout JSONWriter, report: inout TranslationReport) {
        guard !functions.isEmpty else { return }
        writer.key("tools")
        writer.beginArray()
        writer.beginObject()
        writer.key("functionDeclarations")
        writer.beginArray()
        for function in functions { write(function, to: &writer, report: &report) }
        writer.endArray()
        writer.endObject()
        writer.endArray()
        if let choice { write(choice, to: &writer) }
    }

    private func write(_ function: FunctionTool, to writer: inout JSONWriter, report: inout TranslationReport) {
        writer.beginObject()
        writer.member("name", function.name)
        if let description = function.description, !description.isEmpty {
            writer.member("description", description)
        }
        if let parameters = function.parameters {
            if target.acceptsJSONSchema {
                writer.member("parametersJsonSchema", parameters)
            } else if !GeminiSchemaSubset.isEmptyObject(parameters) {
                writer.key("parameters")
                GeminiSchemaSubset(parameters, prefix: "tools.parameters").write(to: &writer, report: &report)
            }
        }
        writer.endObject()
    }

    private func write(_ choice: ToolChoice, to writer: inout JSONWriter) {
        writer.key("toolConfig")
        writer.beginObject()
        writer.key("functionCallingConfig")
        writer.beginObject()
        switch choice {
        case .auto: writer.member("mode", "AUTO")
        case .none: writer.member("mode", "NONE")
        case .required: writer.member("mode", "ANY")
        case .tool(let name): writeAny([name], to: &writer)
        case .allowed(let names, _): writeAny(names, to: &writer)
        }
        writer.endObject()
        writer.endObject()
    }

    private func writeAny(_ names: [String], to writer: inout JSONWriter) {
        writer.member("mode", "ANY")
        writer.key("allowedFunctionNames")
        writer.beginArray()
        for name in names { writer.string(name) }
        writer.endArray()
    }
}
