internal import Wire

/// The hub's messages: checked as they come, written in OpenAI's form.
enum UnifiedMessages {
    private static let roles: Set<String> = ["system", "developer", "user", "assistant", "function", "tool"]

    static func check(_ messages: JSONValue) throws(HubError) {
        var index = 0
        for message in messages.elements {
            try check(message, at: "messages[\(index)]")
            index += 1
        }
    }

    private static func check(_ message: JSONValue, at path: String) throws(HubError) {
        guard message.isObject else { throw .validation(path, "must be an object") }
        guard let role = message["role"]?.string else { throw .validation("\(path).role", "is required") }
        guard roles.contains(role) else {
            throw .validation("\(path).role", "must be system, developer, user, assistant, function or tool")
        }
        if role == "tool", message["tool_call_id"]?.isString != true {
            throw .validation("\(path).tool_call_id", "is required")
        }
        for name in ["name", "tool_call_id", "refusal", "reasoning"] {
            try checkText(message[named: name], at: "\(path).\(name)")
        }
        if let calls = message["tool_calls"], !calls.isNull { try checkCalls(calls, at: "\(path).tool_calls") }
        try checkContent(message, role: role, at: "\(path).content")
    }

    private static func checkText(_ value: JSONValue?, at path: String) throws(HubError) {
        guard let value, !value.isNull, !value.isString else { return }
        throw .validation(path, "must be a string")
    }

    private static func checkCalls(_ calls: JSONValue, at path: String) throws(HubError) {
        guard calls.isArray else { throw .validation(path, "must be an array") }
        var index = 0
        for call in calls.elements {
            let path = "\(path)[\(index)]"
            index += 1
            guard call.isObject else { throw .validation(path, "must be an object") }
            for name in ["id", "type"] where call[named: name]?.isString != true {
                throw .validation("\(path).\(name)", "is required")
            }
            guard let function = call["function"], function.isObject else {
                throw .validation("\(path).function", "must be an object")
            }
            for name in ["name", "arguments"] where function[named: name]?.isString != true {
                throw .validation("\(path).function.\(name)", "must be a string")
            }
        }
    }

    private static func checkContent(_ message: JSONValue, role: String, at path: String) throws(HubError) {
        let mayBeEmpty =
            role == "tool" || role == "function" || (message["tool_calls"]?.count ?? 0) > 0
            || message["function_call"] != nil || message["refusal"]?.isString == true
        guard let content = message["content"], !content.isNull else {
            if mayBeEmpty { return }
            throw .validation(path, "is required")
        }
        if content.isString {
            if content.equals(""), !mayBeEmpty { throw .validation(path, "must not be empty") }
            return
        }
        guard content.isArray else { throw .validation(path, "must be a string or an array of parts") }
        if content.count == 0, !mayBeEmpty { throw .validation(path, "must not be empty") }
        var index = 0
        for part in content.elements {
            guard part["type"]?.isString == true else { throw .validation("\(path)[\(index)].type", "is required") }
            index += 1
        }
    }

    /// Writes a message for an OpenAI-form target: other spellings of an image become `image_url`, and what only
    /// the hub knows stays behind.
    static func write(
        _ message: JSONValue, for target: OpenAITarget, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        writer.beginObject()
        for (key, value) in message.members {
            switch key.string {
            case "reasoning": break
            case "reasoning_details" where !target.acceptsReasoning, "reasoning_content" where !target.acceptsReasoning:
                if !value.isNull { report.forget("messages.reasoning") }
            case "extra_content" where !target.takesExtraContent: break
            case "tool_calls" where !target.takesExtraContent && value.isArray:
                writer.key(key)
                writer.beginArray()
                for call in value.elements { writeCall(call, to: &writer) }
                writer.endArray()
            case "content" where value.isArray:
                writer.key(key)
                writer.beginArray()
                for part in value.elements { writePart(part, to: &writer) }
                writer.endArray()
            default:
                writer.key(key)
                writer.value(value)
            }
        }
        writer.endObject()
    }

    private static func writeCall(_ call: JSONValue, to writer: inout JSONWriter) {
        guard call["extra_content"] != nil else { return writer.value(call) }
        writer.beginObject()
        for (key, value) in call.members where !key.equals("extra_content") {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
    }

    private static func writePart(_ part: JSONValue, to writer: inout JSONWriter) {
        switch part["type"]?.string {
        case "image":
            writeImage(part["url"]?.string ?? "", detail: part["detail"], to: &writer)
        case "image_base64":
            writeImage(dataURL(part["image_base64"]), detail: part["detail"], to: &writer)
        case "image_url" where part["image_url"]?.isString == true:
            writeImage(part["image_url"]?.string ?? "", detail: part["detail"], to: &writer)
        default:
            writer.value(part)
        }
    }

    private static func dataURL(_ image: JSONValue?) -> String {
        if let data = image?.string { return "data:image/png;base64,\(data)" }
        return "data:\(image?["media_type"]?.string ?? "image/png");base64,\(image?["data"]?.string ?? "")"
    }

    private static func writeImage(_ url: String, detail: JSONValue?, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "image_url")
        writer.key("image_url")
        writer.beginObject()
        writer.member("url", url)
        if let detail { writer.member("detail", detail) }
        writer.endObject()
        writer.endObject()
    }
}
