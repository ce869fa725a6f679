internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// GET /v1/models and /v1/models/{id}: contract 3.
enum ModelEndpoint {
    static func list(_ call: EndpointCall) async {
        do throws(HubError) {
            let principal = try authenticate(call)
            let models = call.service.models.all(call.service.hub.registry).filter {
                principal.allows(model: $0.facts.id, at: $0.provider)
            }
            call.respond(render(models, call))
        } catch {
            call.entry.failure = error
            call.respond(error, form: .openAI)
        }
    }

    static func one(_ call: EndpointCall) async {
        do throws(HubError) {
            let principal = try authenticate(call)
            let id = call.parameters["id"] ?? ""
            let model = call.service.models.find(id, call.service.hub.registry)
            guard let model, principal.allows(model: model.facts.id, at: model.provider) else {
                throw HubError(.modelNotFound, "the model \(id) does not exist", parameter: "id")
            }
            var writer = JSONWriter()
            write(model, call, to: &writer)
            call.respond(writer.bytes)
        } catch {
            call.entry.failure = error
            call.respond(error, form: .openAI)
        }
    }

    private static func authenticate(_ call: EndpointCall) throws(HubError) -> Principal {
        try call.service.hub.authenticate(RequestDirectives.credential(call.request.head))
    }

    private static func render(_ models: [ModelDirectory.Listed], _ call: EndpointCall) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.member("object", "list")
        writer.key("data")
        writer.beginArray()
        for model in models { write(model, call, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ model: ModelDirectory.Listed, _ call: EndpointCall, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", model.facts.id)
        writer.member("object", "model")
        writer.member("created", ModelDirectory.created)
        writer.member("owned_by", model.provider)
        if call.request.head.valueEquals("x-hub-metadata", "true") { writeHub(model, to: &writer) }
        writer.endObject()
    }

    private static func writeHub(_ model: ModelDirectory.Listed, to writer: inout JSONWriter) {
        writer.key("hub")
        writer.beginObject()
        writer.key("providers")
        writer.beginArray()
        writer.string(model.provider)
        writer.endArray()
        if let window = model.facts.contextWindow { writer.member("context_window", window) }
        if let limit = model.facts.maximumOutputTokens { writer.member("max_output_tokens", limit) }
        writer.key("capabilities")
        writer.beginArray()
        for capability in model.facts.capabilities { writer.string(capability) }
        writer.endArray()
        writer.key("pricing")
        writePrice(model.facts.price, to: &writer)
        writer.endObject()
    }

    /// USD per million tokens.
    private static func writePrice(_ price: Price?, to writer: inout JSONWriter) {
        guard let price else { return writer.null() }
        let classes: [(StaticString, Int?)] = [
            ("input", price.input), ("cache_read", price.cacheRead), ("cache_write", price.cacheWrite),
            ("output", price.output), ("reasoning", price.reasoning),
        ]
        writer.beginObject()
        for (name, pico) in classes {
            // Pico-dollars per token are micro-dollars per million tokens.
            if let pico { writer.member(name, Double(pico) / 1_000_000) }
        }
        writer.endObject()
    }
}
