public import Dialects
public import Wire

/// What a caller asks of the hub beside the completion itself: contract 1.2. Filled when the request is read.
public final class RequestDirectives {
    /// Without its scheme.
    public var credential: String?
    /// Who calls, where that is known without a credential: of a batch.
    public var principal: Principal?
    public var requestID: String?
    public var traceparent: String?
    /// Goes on to providers where `traceparent` is taken over.
    public var traceState: TraceState?
    public var user: String?
    public var team: String?
    public var project: String?
    /// Named by the path and by `x-hub-provider`.
    public var pinnedProviders: [String] = []
    /// `x-hub-strategy` and `x-hub-fallback`: stronger than the body's.
    public var strategy: String?
    public var fallbacks: [RoutingWish.Target] = []
    public var wantsMetadata = false
    public var parameterPolicy = ParameterPolicy.warn
    /// Of the whole request; nil: the configured one.
    public var timeout: Duration?
    public var cache = CacheDirectives()
    /// Where the call comes from: an IP address.
    public var address: String?
    public var simulation: String?
    /// False: nobody goes on with a stream that breaks.
    public var allowsRescue = true
    /// Fields that are a vendor's, such as `anthropic-beta`: lower-case names. They reach that vendor's targets only.
    public var vendorHeaders: [(name: String, value: String)] = []

    /// What happens to a parameter that the target cannot take: contract 13.9.
    public enum ParameterPolicy: String, Sendable {
        case strict, warn, drop
    }

    public init() {}
}
