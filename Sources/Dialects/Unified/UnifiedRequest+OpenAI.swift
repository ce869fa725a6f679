internal import Wire

/// How an OpenAI-form target wants its parameters: data of the provider instance.
public struct OpenAITarget: Sendable {
    /// OpenAI's newer models refuse `max_tokens`; many compatible servers know nothing else.
    public var outputLimitField: StaticString
    /// OpenAI refuses `top_k`; compatible servers mostly take it.
    public var acceptsTopK: Bool
    /// Reasoning of past turns. OpenAI refuses it; servers of other models need it in tool loops.
    public var acceptsReasoning: Bool
    /// `extra_content` on messages and calls, in which Google's compatible server hands out thought signatures and wants
    /// them back. Others refuse fields that they do not know.
    public var takesExtraContent = false
    /// Fields that the model answers with an error.
    public var refusedFields: [String] = []
    /// Older versions of Azure refuse `stream_options`.
    public var takesStreamOptions = true
    /// The model thinks, and can be told how much; nil: unknown.
    public var thinks: Bool?
    /// `image` among the modalities. OpenAI knows text and sound there.
    public var writesImages = true

    public static let openAI = OpenAITarget(
        outputLimitField: "max_completion_tokens", acceptsTopK: false, acceptsReasoning: false, writesImages: false)
    /// OpenAI's legacy text completions, which know the older name only.
    public static let openAIText = OpenAITarget(
        outputLimitField: "max_tokens", acceptsTopK: false, acceptsReasoning: false, writesImages: false)
    /// Which models of Azure's want the newer name is known by model.
    public static let azure = openAIText
    public static let compatible = OpenAITarget(
        outputLimitField: "max_tokens", acceptsTopK: true, acceptsReasoning: true)
}

extension UnifiedRequest {
    /// Writes the request in OpenAI's form. Names of fields that the target cannot take are named in `report`.
    public static func renderOpenAI(
        _ request: CompletionRequest, model: String, target: OpenAITarget, usageChunk: Bool,
        report: inout TranslationReport
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.member("model", model)
        let overrides = request.body["provider_params"]
        let rules = FieldRules(refused: target.refusedFields)
        for (key, value) in request.body.members where !isOverridden(key, by: overrides) && !value.isNull {
            if rules.leavesOut(key, value, report: &report) { continue }
            write(key, value, target, &writer, &report)
        }
        if let overrides {
            for (key, value) in overrides.members where !key.equals("simulated") && !key.equals("model") {
                writer.key(key)
                writer.value(value)
            }
        }
        if request.isStream, usageChunk, overrides?["stream_options"] == nil {
            OpenAIRequest.writeStreamOptions(request.body["stream_options"], to: &writer)
        }
        writer.endObject()
        return writer.bytes
    }

    /// `provider_params` is merged last: its fields replace those of the same name.
    private static func isOverridden(_ key: JSONKey, by overrides: JSONValue?) -> Bool {
        overrides?[named: key.string] != nil
    }

    private static func write(
        _ key: JSONKey, _ value: JSONValue, _ target: OpenAITarget, _ writer: inout JSONWriter,
        _ report: inout TranslationReport
    ) {
        switch key.string {
        case "model", "provider", "routing", "provider_params", "metadata", "stream_options":
            break
        case "messages":
            writer.key("messages")
            writer.beginArray()
            for message in value.elements {
                UnifiedMessages.write(message, for: target, to: &writer, report: &report)
            }
            writer.endArray()
        case "max_tokens", "max_completion_tokens":
            writer.member(target.outputLimitField, value)
        case "top_k" where !target.acceptsTopK:
            report.drop("top_k")
        case "tool_choice":
            writeToolChoice(value, to: &writer)
        case "reasoning":
            if let effort = value["effort"] { writer.member("reasoning_effort", effort) }
            if value["budget_tokens"] != nil { report.drop("reasoning.budget_tokens") }
        default:
            writer.key(key)
            writer.value(value)
        }
    }

    private static func writeToolChoice(_ choice: JSONValue, to writer: inout JSONWriter) {
        guard choice["function"] == nil, let name = choice["name"] else {
            return writer.member("tool_choice", choice)
        }
        writer.key("tool_choice")
        writer.beginObject()
        writer.member("type", "function")
        writer.key("function")
        writer.beginObject()
        writer.member("name", name)
        writer.endObject()
        writer.endObject()
    }
}
