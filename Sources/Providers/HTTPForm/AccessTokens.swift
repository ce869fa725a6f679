internal import Dialects
internal import HubCore
internal import Reactor
internal import Synchronization

/// A token, or another credential that ends, which is fetched when it is needed, and once for all calls that need it.
final class AccessTokens<Value: Equatable & Sendable>: Sendable {
    struct Fetched: Sendable {
        var value: Value
        var lifetimeSeconds: Int
    }

    /// Fetches a token, within a time of its own.
    typealias Fetch = @Sendable () async throws(HubError) -> Fetched

    private typealias Waiting = CheckedContinuation<Result<Void, HubError>, Never>

    private struct State {
        var cache = TokenCache<Value>()
        var waiting: [Int: Waiting] = [:]
        var nextNumber = 0
    }

    private let state = Mutex(State())
    private let clock: any TimeSource
    private let fetch: Fetch
    /// What a server says beyond that is not believed.
    private static var longestLifetime: Int { 86_400 }

    init(clock: any TimeSource, fetch: @escaping Fetch) {
        self.clock = clock
        self.fetch = fetch
    }

    /// The token, fetched by this call if none does so already. If that one's client goes away, another takes over.
    /// - Parameters:
    ///   - rejected: what the provider refused although it should be good.
    ///   - end: when the call has to be over; nil: it waits as long as a fetch takes.
    func token(rejecting rejected: Value? = nil, until end: MonotonicTime? = nil) async throws(HubError) -> Value {
        while true {
            switch state.withLock({ $0.cache.next(rejecting: rejected, now: clock.monotonicNanoseconds) }) {
            case .use(let token): return token
            case .fetch:
                let token = try await TimeBound.run(until: end) { () throws(HubError) in
                    try await self.fetchForAll(rejecting: rejected)
                }
                guard let token else { throw Self.late }
                return token
            case .wait:
                let isOver: Void? = try await TimeBound.run(until: end) { () throws(HubError) in
                    try await self.turn().get()
                }
                guard isOver != nil else { throw Self.late }
            }
        }
    }

    private func fetchForAll(rejecting rejected: Value?) async throws(HubError) -> Value {
        do throws(HubError) {
            let fetched = try await fetch()
            let lifetime = UInt64(min(max(0, fetched.lifetimeSeconds), Self.longestLifetime)) * 1_000_000_000
            let waiting = state.withLock { state in
                state.cache.fetched(fetched.value, lifetime: lifetime, now: clock.monotonicNanoseconds)
                return Self.takeAll(&state)
            }
            for continuation in waiting { continuation.resume(returning: .success(())) }
            return fetched.value
        } catch {
            let (known, waiting) = state.withLock { state in
                (state.cache.failed(rejecting: rejected, now: clock.monotonicNanoseconds), Self.takeAll(&state))
            }
            // This call's client went away, which is no reason for the others to fail: one of them fetches.
            let outcome: Result<Void, HubError> = known != nil || Task.isCancelled ? .success(()) : .failure(error)
            for continuation in waiting { continuation.resume(returning: outcome) }
            guard let known else { throw error }
            return known
        }
    }

    private static func takeAll(_ state: inout State) -> [Waiting] {
        let waiting = state.waiting.sorted { $0.key < $1.key }.map(\.value)
        state.waiting = [:]
        return waiting
    }

    /// Returns when what was waited for is over.
    private func turn() async -> Result<Void, HubError> {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Result<Void, HubError>? = state.withLock { state in
                    if Task.isCancelled { return .failure(Self.aborted) }
                    guard state.cache.isFetching else { return .success(()) }
                    state.waiting[number] = continuation
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: number) }
            continuation?.resume(returning: .failure(Self.aborted))
        }
    }

    private static var late: HubError { unsent(.providerTimeout, "no token came within the time of the call") }
    private static var aborted: HubError { unsent(.aborted, "the client went away") }

    /// Without a token there is no call.
    private static func unsent(_ code: ErrorCode, _ message: String) -> HubError {
        var error = HubError(code, message)
        error.isUnsent = true
        return error
    }
}
