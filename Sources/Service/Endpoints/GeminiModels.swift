internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// GET /v1beta/models and /v1beta/models/{model}, and the same under /v1 for Google's clients, in the form that they read.
enum GeminiModels {
    static func list(_ call: EndpointCall) async {
        do throws(HubError) {
            let principal = try authenticate(call)
            let models = call.service.models.all(call.service.hub) { principal.allows(model: $0, at: $1) }
            var writer = JSONWriter(reserving: 1024)
            writer.beginObject()
            writer.key("models")
            writer.beginArray()
            for model in models { write(model, to: &writer) }
            writer.endArray()
            writer.endObject()
            call.respond(writer.bytes)
        } catch {
            call.entry.failure = error
            call.respond(error, form: .gemini)
        }
    }

    static func one(_ call: EndpointCall) async {
        do throws(HubError) {
            let principal = try authenticate(call)
            let id = call.parameters["model"] ?? call.parameters["id"] ?? ""
            let model = call.service.models.find(id, call.service.hub) { principal.allows(model: $0, at: $1) }
            guard let model else {
                throw HubError(.modelNotFound, "the model \(id) does not exist", parameter: "model")
            }
            var writer = JSONWriter()
            write(model, to: &writer)
            call.respond(writer.bytes)
        } catch {
            call.entry.failure = error
            call.respond(error, form: .gemini)
        }
    }

    private static func authenticate(_ call: EndpointCall) throws(HubError) -> Principal {
        let head = call.request.head
        return try call.service.hub.authenticate(
            RequestDirectives.credential(head) ?? GeminiEndpoint.key(head))
    }

    private static func write(_ model: ModelDirectory.Listed, to writer: inout JSONWriter) {
        let facts = model.facts
        writer.beginObject()
        writer.member("name", "models/\(model.name)")
        writer.member("displayName", model.name)
        if let window = facts.contextWindow { writer.member("inputTokenLimit", window) }
        if let limit = facts.maximumOutputTokens { writer.member("outputTokenLimit", limit) }
        writer.key("supportedGenerationMethods")
        writer.raw(#"["generateContent","streamGenerateContent","countTokens"]"#)
        writer.endObject()
    }
}
