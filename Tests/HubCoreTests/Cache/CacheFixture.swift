import Dialects
import HubCore
import Synchronization
import TestSupport
import Wire

/// A hub that keeps answers, and one request after the other.
final class CacheFixture: Sendable {
    let clock: ManualClock
    let hub: ConnectorHub
    let shared: FakeSharedCache?

    init(
        _ providers: [FakeProvider], shared: FakeSharedCache? = nil, metrics: HubMetrics = HubMetrics(),
        isLimited: Bool = false, clock: ManualClock = ManualClock(), waiting: any Waiting = TaskWaiting(),
        configure: (inout HubOptions) -> Void = { _ in }
    ) {
        self.shared = shared
        self.clock = clock
        var options = HubOptions()
        options.cache.isEnabled = true
        options.planner.defaultProvider = providers.first?.providerID
        configure(&options)
        hub = ConnectorHub(
            providers: providers, options: options, authenticator: UserDoor(), metrics: metrics, sharedCache: shared,
            waiting: waiting,
            limiter: isLimited ? MemoryLimiter(clock: clock) : nil)
    }

    /// What a request came to.
    struct Answer {
        let context: RequestContext
        let sink: FakeSink
        var responses: [CompletionResponse] = []

        /// Whole or streamed.
        var text: String {
            responses.compactMap { $0.canonical(fallbackID: "x").choices.first?.parts.compactMap(\.text).joined() }
                .joined() + sink.text
        }
    }

    static let body = HubFixture.body

    func ask(
        _ body: String = "{\(body)}", form: CallInput.Form = .openAI, stream: Bool = false, user: String? = nil,
        cacheControl: String = "", sink: FakeSink = FakeSink(), timeout: Duration? = nil
    ) async throws(HubError) -> Answer {
        let directives = RequestDirectives()
        directives.credential = user
        directives.cache = CacheDirectives(cacheControl: cacheControl)
        directives.timeout = timeout
        let context = RequestContext(
            directives: directives, clock: clock, shard: 0, random: RandomSource(seed: 1),
            start: clock.monotonicNanoseconds)
        return try await ask(body, form: form, stream: stream, context: context, sink: sink)
    }

    func ask(
        _ body: String = "{\(body)}", form: CallInput.Form = .openAI, stream: Bool = false, context: RequestContext,
        sink: FakeSink
    ) async throws(HubError) -> Answer {
        let text = stream ? String(body.dropLast()) + #","stream":true}"# : body
        var answer = Answer(context: context, sink: sink)
        let given = try await hub.answer(.bytes(Array(text.utf8), form: form), context, sink: sink)
        if case .whole(let responses) = given { answer.responses = responses }
        return answer
    }
}

/// Takes the credential for the name of the user.
private struct UserDoor: Authenticator {
    func authenticate(_ credential: String?) -> Principal { Principal(user: credential) }
}

/// A shared cache in memory that notes what it is told.
final class FakeSharedCache: CacheStrategy {
    struct Entry: Equatable {
        var bytes: [UInt8]
        var tags: CacheTags
        var lifetime: Duration
    }

    private let entries = Mutex<[CacheKey: Entry]>([:])
    private let asked = Mutex(0)
    let purged = Mutex<[CacheSelection]>([])

    var kept: [CacheKey: Entry] { entries.withLock { $0 } }
    var askedCount: Int { asked.withLock { $0 } }

    func answer(for key: CacheKey) async -> [UInt8]? {
        asked.withLock { $0 += 1 }
        return entries.withLock { $0[key]?.bytes }
    }

    func store(_ encoded: [UInt8], for key: CacheKey, tags: CacheTags, lifetime: Duration) {
        entries.withLock { $0[key] = Entry(bytes: encoded, tags: tags, lifetime: lifetime) }
    }

    func purge(_ selection: CacheSelection) { purged.withLock { $0.append(selection) } }
}
