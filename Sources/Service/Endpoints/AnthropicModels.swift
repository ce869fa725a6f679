internal import Wire

/// Models in the form that Anthropic's clients read.
enum AnthropicModels {
    static func write(_ models: [ModelDirectory.Listed], to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for model in models { write(model, to: &writer) }
        writer.endArray()
        writer.member("has_more", false)
        for (name, model) in [("first_id" as StaticString, models.first), ("last_id", models.last)] {
            writer.key(name)
            if let model { writer.string(model.name) } else { writer.null() }
        }
        writer.endObject()
    }

    static func write(_ model: ModelDirectory.Listed, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "model")
        writer.member("id", model.name)
        writer.member("display_name", model.name)
        writer.member("created_at", RFC3339.text(nanosecondsSince1970: ModelDirectory.created * 1_000_000_000))
        writer.endObject()
    }
}
