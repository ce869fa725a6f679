internal import Wire

/// The tools of a request in OpenAI's two forms. Chats have what describes a function in an object of its own, Responses
/// beside its type.
enum OpenAITools {
    enum Form {
        case chat, responses
    }

    /// Writes the functions, which of them is to be called, and whether several may be at once. Other tools are refused.
    static func write(
        _ request: ChatRequest, as form: Form, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        var hasTools = false
        for tool in request.tools {
            guard case .function(let function) = tool.kind else {
                if case .other(let type, _) = tool.kind { report.refuse("tools.\(type)") }
                continue
            }
            if tool.cache != nil { report.drop("tools.cache_control") }
            if !hasTools {
                writer.key("tools")
                writer.beginArray()
                hasTools = true
            }
            writeFunction(form, to: &writer) { write(function, form, to: &$0) }
        }
        guard hasTools else { return }
        writer.endArray()
        if let choice = request.toolChoice { write(choice, form, to: &writer) }
        if let allows = request.allowsParallelToolCalls { writer.member("parallel_tool_calls", allows) }
    }

    private static func writeFunction(
        _ form: Form, to writer: inout JSONWriter, _ members: (inout JSONWriter) -> Void
    ) {
        writer.beginObject()
        writer.member("type", "function")
        if form == .chat {
            writer.key("function")
            writer.beginObject()
        }
        members(&writer)
        if form == .chat { writer.endObject() }
        writer.endObject()
    }

    private static func write(_ function: FunctionTool, _ form: Form, to writer: inout JSONWriter) {
        writer.member("name", function.name)
        if let description = function.description { writer.member("description", description) }
        switch form {
        case .chat:
            if let parameters = function.parameters { writer.member("parameters", parameters) }
            if let isStrict = function.isStrict { writer.member("strict", isStrict) }
        case .responses:
            writer.key("parameters")
            if let parameters = function.parameters { writer.value(parameters) } else { writer.null() }
            // Here strict is what is meant by nothing; in every other dialect it is not.
            writer.member("strict", function.isStrict ?? false)
        }
    }

    private static func write(_ choice: ToolChoice, _ form: Form, to writer: inout JSONWriter) {
        writer.key("tool_choice")
        switch choice {
        case .auto: writer.string("auto")
        case .none: writer.string("none")
        case .required: writer.string("required")
        case .tool(let name): writeFunction(form, to: &writer) { $0.member("name", name) }
        case .allowed(let names, let isRequired):
            writer.beginObject()
            writer.member("type", "allowed_tools")
            if form == .chat {
                writer.key("allowed_tools")
                writer.beginObject()
            }
            writer.member("mode", isRequired ? "required" : "auto" as StaticString)
            writer.key("tools")
            writer.beginArray()
            for name in names { writeFunction(form, to: &writer) { $0.member("name", name) } }
            writer.endArray()
            if form == .chat { writer.endObject() }
            writer.endObject()
        }
    }
}
