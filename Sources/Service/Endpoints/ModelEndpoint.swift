internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// GET /v1/models and /v1/models/{id}: contract 3.
enum ModelEndpoint {
    static func list(_ call: EndpointCall) async {
        if isGoogle(call) { return await GeminiModels.list(call) }
        do throws(HubError) {
            let principal = try authenticate(call)
            let models = call.service.models.all(call.service.hub) { principal.allows(model: $0, at: $1) }
            var writer = JSONWriter(reserving: 1024)
            if isAnthropic(call) {
                AnthropicModels.write(models, to: &writer)
            } else {
                writeList(models, call, to: &writer)
            }
            call.respond(writer.bytes)
        } catch {
            call.entry.failure = error
            call.respond(error, form: .openAI)
        }
    }

    static func one(_ call: EndpointCall) async {
        if isGoogle(call) { return await GeminiModels.one(call) }
        do throws(HubError) {
            let principal = try authenticate(call)
            let id = call.parameters["id"] ?? ""
            let model = call.service.models.find(id, call.service.hub) { principal.allows(model: $0, at: $1) }
            guard let model else {
                throw HubError(.modelNotFound, "the model \(id) does not exist", parameter: "id")
            }
            var writer = JSONWriter()
            if isAnthropic(call) {
                AnthropicModels.write(model, to: &writer)
            } else {
                write(model, call, to: &writer)
            }
            call.respond(writer.bytes)
        } catch {
            call.entry.failure = error
            call.respond(error, form: .openAI)
        }
    }

    private static func authenticate(_ call: EndpointCall) throws(HubError) -> Principal {
        try call.service.hub.authenticate(RequestDirectives.credential(call.request.head))
    }

    /// Anthropic's clients say so with every call.
    private static func isAnthropic(_ call: EndpointCall) -> Bool {
        call.request.head.value(of: "anthropic-version") != nil
    }

    /// Google's clients ask under either version, and send their key in a header of their own.
    private static func isGoogle(_ call: EndpointCall) -> Bool {
        call.request.head.value(of: "x-goog-api-key") != nil
    }

    private static func writeList(
        _ models: [ModelDirectory.Listed], _ call: EndpointCall, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("object", "list")
        writer.key("data")
        writer.beginArray()
        for model in models { write(model, call, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ model: ModelDirectory.Listed, _ call: EndpointCall, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", model.name)
        writer.member("object", "model")
        writer.member("created", ModelDirectory.created)
        writer.member("owned_by", model.providers.first?.id ?? "")
        if call.request.head.valueEquals("x-hub-metadata", "true") {
            writeHub(model, on: CalendarDay(wallNanoseconds: call.service.clock.wallNanoseconds), to: &writer)
        }
        writer.endObject()
    }

    private static func writeHub(
        _ model: ModelDirectory.Listed, on day: CalendarDay, to writer: inout JSONWriter
    ) {
        let facts = model.facts
        writer.key("hub")
        writer.beginObject()
        writer.key("providers")
        writer.beginArray()
        for provider in model.providers { writer.string(provider.id) }
        writer.endArray()
        if let window = facts.contextWindow { writer.member("context_window", window) }
        if let limit = facts.maximumOutputTokens { writer.member("max_output_tokens", limit) }
        writer.key("capabilities")
        writer.beginArray()
        for capability in facts.capabilities { writer.string(capability) }
        writer.endArray()
        if let deprecation = facts.deprecation { writer.member("deprecation_date", deprecation.text) }
        writer.key("pricing")
        if let price = facts.prices.price(on: day) { PriceJSON.write(price, to: &writer) } else { writer.null() }
        writer.endObject()
    }
}
