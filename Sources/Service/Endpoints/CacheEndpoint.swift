internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// DELETE /api/v1/cache: removes kept answers.
enum CacheEndpoint {
    static func purge(_ call: EndpointCall) async {
        do throws(HubError) {
            let principal = try call.service.hub.authenticate(RequestDirectives.credential(call.request.head))
            guard principal.mayOperate else {
                throw HubError(.forbidden, "only keys of role operator or admin may remove kept answers")
            }
            let removed = call.service.hub.purgeCache(try selection(QueryParameters(call.request.head.query)))
            var writer = JSONWriter(reserving: 32)
            writer.beginObject()
            writer.member("removed", removed)
            writer.endObject()
            call.respond(writer.bytes)
        } catch {
            call.entry.failure = error
            call.respond(error, form: .hub)
        }
    }

    /// Exactly one thing: a slip of the pen must not empty the cache.
    private static func selection(_ query: QueryParameters) throws(HubError) -> CacheSelection {
        let given = ["key", "model", "tenant", "all"].filter { query[$0] != nil }
        guard given.count == 1, let name = given.first, let value = query[name] else {
            throw .validation("query", "must name one of key, model, tenant or all=true")
        }
        switch name {
        case "key":
            guard let key = CacheKey(hex: value) else { throw .validation("key", "must be 64 hex digits") }
            return .key(key)
        case "model":
            guard value.contains("/") else { throw .validation("model", "must be provider/model") }
            return .target(value)
        case "tenant":
            guard !value.isEmpty else { throw .validation("tenant", "must be such as project:NAME or user:NAME") }
            return .tenant(value)
        default:
            guard value == "true" else { throw .validation("all", "must be true") }
            return .all
        }
    }
}
