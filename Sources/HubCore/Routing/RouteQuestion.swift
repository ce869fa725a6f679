internal import Dialects

/// What a request asks of the planner.
struct RouteQuestion {
    let request: CompletionRequest
    /// The provider as named by path, body and header.
    let pins: [String]
    /// Nil for most requests.
    let wish: RoutingWish?
    let principal: Principal
    /// Monotonic nanoseconds.
    let now: UInt64
    let wallNanoseconds: UInt64

    init(_ context: RequestContext, _ request: CompletionRequest) {
        self.request = request
        var pins = context.directives.pinnedProviders
        if let provider = request.provider { pins.append(provider) }
        self.pins = pins
        wish = Self.wish(context.directives, request.routing)
        principal = context.principal
        now = context.clock.monotonicNanoseconds
        wallNanoseconds = context.clock.wallNanoseconds
    }

    private static func wish(_ directives: RequestDirectives, _ body: RoutingWish?) -> RoutingWish? {
        guard directives.strategy != nil || !directives.fallbacks.isEmpty else { return body }
        var wish = body ?? RoutingWish()
        if let strategy = directives.strategy { (wish.strategy, wish.strategyHeader) = (strategy, "x-hub-strategy") }
        if !directives.fallbacks.isEmpty {
            (wish.fallbacks, wish.fallbackHeader) = (directives.fallbacks, "x-hub-fallback")
        }
        return wish
    }
}
