import Dialects
import HubCore
import Synchronization
import TestSupport
import Wire

/// What happened, in order.
final class Journal: Sendable {
    private let lines = Mutex<[String]>([])

    var entries: [String] { lines.withLock { $0 } }

    func note(_ line: String) { lines.withLock { $0.append(line) } }
}

/// Notes when it is called, and decides as told; the last decision repeats.
final class FakeMiddleware: Middleware {
    private let name: String
    private let journal: Journal
    private let decisions: Mutex<[ErrorDecision]>
    private let refusal: ErrorCode?

    init(_ name: String, _ journal: Journal, decides: [ErrorDecision] = [.propagate], refuses: ErrorCode? = nil) {
        self.name = name
        self.journal = journal
        decisions = Mutex(decides)
        refusal = refuses
    }

    func onRequest(_ context: RequestContext) async throws(HubError) {
        journal.note("\(name) request")
        if let refusal { throw HubError(refusal, "refused by \(name)") }
    }

    func onResponse(_ context: RequestContext) async throws(HubError) { journal.note("\(name) response") }

    func onError(_ context: RequestContext, _ error: HubError) async -> ErrorDecision {
        journal.note("\(name) error \(error.code.rawValue)")
        return decisions.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}

/// A client in memory.
final class FakeSink: AnswerSink {
    private(set) var openings = 0
    private(set) var parts: [Int] = []
    private(set) var chunks: [StreamChunk] = []
    var isCongested = false
    var onWritable: (() -> Void)?
    /// Congested after so many chunks.
    var room = Int.max

    func open(_ context: RequestContext) { openings += 1 }
    func begin(part: Int) { parts.append(part) }

    func send(_ chunk: StreamChunk) {
        if isInside.exchange(true, ordering: .relaxed) { entered.store(true, ordering: .relaxed) }
        chunks.append(chunk)
        if chunks.count >= room { isCongested = true }
        isInside.store(false, ordering: .relaxed)
    }

    /// By two threads at the same time.
    var wasEnteredTwice: Bool { entered.load(ordering: .relaxed) }
    private let isInside = Atomic(false)
    private let entered = Atomic(false)

    var text: String { chunks.compactMap(\.content).joined() }

    /// The client has read everything.
    func drain() {
        isCongested = false
        room = .max
        onWritable?()
    }
}

/// A hub of fake providers and one request on its way through it.
struct HubFixture {
    let clock: ManualClock
    let waiting: ManualWaiting
    let hub: ConnectorHub
    let sink = FakeSink()
    let context: RequestContext

    init(
        _ providers: [FakeProvider], middleware: [any Middleware] = [], directives: RequestDirectives = .init(),
        metrics: HubMetrics = HubMetrics(), health: HealthRecord = HealthRecord(), clock: ManualClock = ManualClock(),
        ledger: (any Ledger)? = nil, waiting custom: (any Waiting)? = nil,
        configure: (inout HubOptions) -> Void = { _ in }
    ) {
        var options = HubOptions()
        self.clock = clock
        waiting = ManualWaiting(clock)
        // Retries are asked for by the tests that are about them.
        options.retry = .none
        options.planner.defaultProvider = providers.first?.providerID
        configure(&options)
        hub = ConnectorHub(
            providers: providers, options: options, middleware: middleware, metrics: metrics, health: health,
            waiting: custom ?? waiting, ledger: ledger)
        context = RequestContext(
            directives: directives, clock: clock, shard: 0, random: RandomSource(seed: 1),
            start: clock.monotonicNanoseconds)
    }

    static let body = #""model":"m","messages":[{"role":"user","content":"hi"}]"#

    func answer(_ body: String = "{\(Self.body)}", form: CallInput.Form = .openAI) async throws(HubError) -> HubAnswer {
        try await hub.answer(.bytes(Array(body.utf8), form: form), context, sink: sink)
    }

    func stream() async throws(HubError) { _ = try await answer(#"{\#(Self.body),"stream":true}"#) }

    /// How a request fails; nil if it does not.
    func failure(_ body: String = "{\(Self.body)}", form: CallInput.Form = .openAI) async -> HubError? {
        do throws(HubError) {
            _ = try await answer(body, form: form)
            return nil
        } catch {
            return error
        }
    }

    func streamFailure() async -> HubError? { await failure(#"{\#(Self.body),"stream":true}"#) }
}
