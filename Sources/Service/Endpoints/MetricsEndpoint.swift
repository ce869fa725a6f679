internal import HubCore

/// GET /metrics in Prometheus text format.
enum MetricsEndpoint {
    static func metrics(_ call: EndpointCall) async {
        let available = call.service.hub.registry.entries.map { entry in
            (
                provider: entry.id,
                isAvailable: entry.isReady && call.service.health.state(of: entry.id).status == .healthy
            )
        }
        call.respond(
            contentType: "text/plain; version=0.0.4; charset=utf-8",
            call.service.hub.exposition(
                providerAvailable: available, connections: call.service.connectionCount,
                now: call.service.clock.monotonicNanoseconds))
    }
}
