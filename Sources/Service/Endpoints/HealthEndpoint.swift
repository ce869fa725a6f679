internal import HubCore
internal import Redis
internal import Store
internal import Wire

/// The health endpoints: contract 11.1. Open to everybody, no paid calls.
enum HealthEndpoint {
    static func live(_ call: EndpointCall) async {
        var writer = JSONWriter(reserving: 64)
        writer.beginObject()
        writer.member("alive", true)
        writer.member("timestamp", call.timestamp)
        writer.endObject()
        call.respond(writer.bytes)
    }

    static func ready(_ call: EndpointCall) async {
        var reason: StaticString?
        if call.service.isDraining {
            reason = "draining"
        } else if !call.service.database.health.isUp {
            reason = "store down"
        }
        var writer = JSONWriter(reserving: 64)
        writer.beginObject()
        writer.member("ready", reason == nil)
        if let reason { writer.member("reason", reason) } else { writer.member("timestamp", call.timestamp) }
        writer.endObject()
        call.respond(status: reason == nil ? 200 : 503, writer.bytes)
    }

    static func health(_ call: EndpointCall) async {
        let entries = call.service.hub.registry.entries.filter(\.isReady)
        let states = entries.map { ($0.id, call.service.health.state(of: $0.id)) }
        let downCount = states.count { $0.1.status == .unhealthy }
        let breakers = call.service.hub.health.breakers()
        let ejected = call.service.hub.health.ejections(at: call.service.clock.monotonicNanoseconds)
        let hasOpenBreaker = states.contains { breakers[$0.0].map { $0.state != .closed } ?? false }
        let redis = call.service.redis
        let store = call.service.database.health
        let isUnhealthy = areAllDown(entries, call.service.health) || !store.isUp
        let hasOutlier = states.contains { !(ejected[$0.0]?.models.isEmpty ?? true) }
        let isDegraded = downCount > 0 || hasOpenBreaker || hasOutlier || redis?.isHealthy == false
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.member("status", isUnhealthy ? "unhealthy" : isDegraded ? "degraded" : "healthy")
        writer.member("timestamp", call.timestamp)
        writer.member("version", Version.text)
        writer.member(
            "uptimeSeconds", Int((call.service.clock.monotonicNanoseconds &- call.service.startedAt) / 1_000_000_000))
        writer.key("providers")
        writer.beginObject()
        for (id, state) in states {
            write(id, state, breakers[id]?.state ?? .closed, ejected: ejected[id]?.models ?? [], to: &writer)
        }
        writer.endObject()
        writeCache(redis, to: &writer)
        writer.key("integrations")
        writer.beginObject()
        write(store, isShared: call.service.database.location.isShared, to: &writer)
        writer.endObject()
        writer.endObject()
        call.respond(status: isUnhealthy ? 503 : 200, writer.bytes)
    }

    /// A provider that calls nobody is never down, and no comfort when all others are.
    private static func areAllDown(_ entries: [ProviderEntry], _ health: HealthBoard) -> Bool {
        let upstream = entries.filter { $0.metadata.callsUpstream }
        return (upstream.isEmpty ? entries : upstream).allSatisfy { health.state(of: $0.id).status == .unhealthy }
    }

    private static func write(
        _ id: String, _ state: HealthBoard.State, _ breaker: TargetHealth.Breaker, ejected: [String],
        to writer: inout JSONWriter
    ) {
        writer.key(id)
        writer.beginObject()
        writer.member("status", state.status.rawValue)
        writer.member("circuitBreaker", breaker.label)
        if !ejected.isEmpty {
            writer.key("outliers")
            writer.beginArray()
            for model in ejected.sorted() { writer.string(model) }
            writer.endArray()
        }
        if let latency = state.latencyMilliseconds { writer.member("latencyMs", latency) }
        if let checked = state.checkedAt {
            writer.member("lastChecked", RFC3339.text(nanosecondsSince1970: Int(clamping: checked)))
        }
        writer.endObject()
    }

    private static func write(_ store: Database.Health, isShared: Bool, to writer: inout JSONWriter) {
        writer.key("store")
        writer.beginObject()
        writer.member("status", !store.isUp ? "disconnected" : isShared ? "connected" : "local" as StaticString)
        if let latency = store.latencyMilliseconds { writer.member("latencyMs", latency) }
        writer.endObject()
    }

    private static func writeCache(_ redis: RedisClient?, to writer: inout JSONWriter) {
        writer.key("cache")
        writer.beginObject()
        writer.member("l1_healthy", true)
        writer.member("l2_healthy", redis?.isHealthy == true)
        writer.member("l2_configured", redis != nil)
        writer.endObject()
    }
}
