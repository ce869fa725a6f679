internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// GET and DELETE /v1/responses/{id}, GET /v1/responses/{id}/input_items: contract 2.6.
enum StoredResponseEndpoint {
    static func one(_ call: EndpointCall) async {
        await answer(call) { (call, id, tenant) async throws(HubError) in
            if QueryParameters(call.request.head.query)["stream"] == "true" {
                throw HubError(
                    .streamNotSupported, "a stored response is given whole, not streamed", parameter: "stream")
            }
            return try await stored(id, tenant, call).body
        }
    }

    static func delete(_ call: EndpointCall) async {
        await answer(call) { (call, id, tenant) async throws(HubError) in
            guard try await call.service.hub.responses?.delete(id, tenant: tenant) == true else { throw missing(id) }
            var writer = JSONWriter(reserving: 96)
            writer.beginObject()
            writer.member("id", id)
            writer.member("object", "response")
            writer.member("deleted", true)
            writer.endObject()
            return writer.bytes
        }
    }

    /// The items that led to an answer, those of the conversation before it included.
    static func inputItems(_ call: EndpointCall) async {
        await answer(call) { (call, id, tenant) async throws(HubError) in
            let page = try ItemPage(QueryParameters(call.request.head.query))
            let response = try await stored(id, tenant, call)
            var items: [JSONValue] = []
            if let previous = response.previousID {
                items = try await ResponseHistory.items(
                    upTo: previous, tenant: tenant, store: call.service.hub.responses)
            }
            if let own = try? JSONDocument.parse(response.input, maximumDepth: 512).root { items += own.elements }
            return try page.render(items)
        }
    }

    private static func stored(
        _ id: String, _ tenant: String, _ call: EndpointCall
    ) async throws(HubError) -> StoredResponse {
        guard let response = try await call.service.hub.responses?.response(id, tenant: tenant) else {
            throw missing(id)
        }
        return response
    }

    private static func missing(_ id: String) -> HubError {
        HubError(.notFound, "there is no stored response \(id.prefix(64)), or not any more", parameter: "id")
    }

    private static func answer(
        _ call: EndpointCall,
        _ body: @Sendable (EndpointCall, String, String) async throws(HubError) -> [UInt8]
    ) async {
        do throws(HubError) {
            let credential = RequestDirectives.credential(call.request.head)
            let tenant = try call.service.hub.authenticate(credential).tenant
            let bytes = try await body(call, call.parameters["id"] ?? "", tenant)
            call.respond(bytes)
        } catch {
            call.entry.failure = error
            call.respond(error, form: .openAI)
        }
    }
}

/// A piece of a list of items, as OpenAI's clients ask for it.
struct ItemPage {
    private let limit: Int
    private let isAscending: Bool
    private let after: String?

    init(_ query: QueryParameters) throws(HubError) {
        after = query["after"]
        switch query["order"] {
        case "asc": isAscending = true
        case "desc", nil: isAscending = false
        default: throw .validation("order", "must be asc or desc")
        }
        guard let text = query["limit"] else {
            limit = 20
            return
        }
        guard let number = Int(text), (1...100).contains(number) else { throw .validation("limit", "must be 1..100") }
        limit = number
    }

    /// - Parameter items: oldest first.
    func render(_ items: [JSONValue]) throws(HubError) -> [UInt8] {
        let ordered = isAscending ? items : items.reversed()
        var rest = ordered[...]
        if let after {
            guard let position = ordered.firstIndex(where: { $0["id"]?.string == after }) else {
                throw .validation("after", "names no item of this response")
            }
            rest = ordered[(position + 1)...]
        }
        let page = rest.prefix(limit)
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.member("object", "list")
        writer.key("data")
        writer.beginArray()
        for item in page { writer.value(item) }
        writer.endArray()
        write("first_id", page.first, to: &writer)
        write("last_id", page.last, to: &writer)
        writer.member("has_more", page.count < rest.count)
        writer.endObject()
        return writer.bytes
    }

    private func write(_ name: StaticString, _ item: JSONValue?, to writer: inout JSONWriter) {
        writer.key(name)
        if let id = item?["id"] { writer.value(id) } else { writer.null() }
    }
}
