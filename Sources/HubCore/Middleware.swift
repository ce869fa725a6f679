public import Dialects

/// Code of the embedding program around every request: contract 13.1.
///
/// `onRequest` runs in the order of registration, `onResponse` and `onError` in reverse.
public protocol Middleware: Sendable {
    /// Before the provider is called. Throwing answers the request with that error.
    func onRequest(_ context: RequestContext) async throws(HubError)
    /// After a whole answer came, or a stream ended.
    func onResponse(_ context: RequestContext) async throws(HubError)
    /// After an attempt failed, before anything of it reached the client.
    func onError(_ context: RequestContext, _ error: HubError) async -> ErrorDecision
}

/// What to do about a failed attempt.
public enum ErrorDecision: Sendable, Equatable {
    case propagate
    case retry
    case fallback(provider: String)
}

extension Middleware {
    public func onRequest(_ context: RequestContext) async throws(HubError) {}
    public func onResponse(_ context: RequestContext) async throws(HubError) {}
    public func onError(_ context: RequestContext, _ error: HubError) async -> ErrorDecision { .propagate }
}
