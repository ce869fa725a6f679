public import Dialects
public import Wire

/// One request on its way through the pipeline: what is known of it so far.
///
/// Belongs to the request's task.
public final class RequestContext {
    public let directives: RequestDirectives
    public let clock: any TimeSource
    /// The reactor's number, for sharded counters.
    public let shard: Int
    public var random: RandomSource

    private let requestIdentifier: Identifier
    /// The caller's trace, or a new one; `parentID` is the hub's own span.
    public let trace: TraceContext
    /// When the request was read; monotonic nanoseconds.
    public let start: UInt64
    /// When it must be answered.
    public internal(set) var deadline: UInt64 = .max

    /// As it arrived.
    var input: CallInput?
    /// Of a body that was answered from the cache before.
    var memo: RequestMemo.Entry?
    public internal(set) var request: CompletionRequest?
    /// What is being answered: the request, or one prompt of it.
    private(set) var part: CompletionRequest?
    /// What the current call to a provider asks: the part, or the chat that is made of it.
    public internal(set) var call: CompletionRequest?
    public internal(set) var principal = Principal.anonymous
    /// Where the current call goes, or the last one went.
    public internal(set) var plan: RoutePlan?
    /// All targets of the request, in order.
    var candidates: RouteCandidates?
    /// That the request itself sets for its attempts.
    var maximumAttempts: Int?
    /// Those that have ended.
    public internal(set) var attempts: [Attempt] = []
    /// Calls to providers, the one under way included.
    public private(set) var attemptCount = 0
    private var waitingSince: UInt64?
    public private(set) var droppedParameters: [String] = []
    /// Those that the current call had to leave out before the provider saw it.
    var droppedInTranslation: [String] = []
    /// Nil as long as no provider reported any.
    public internal(set) var usage: TokenUsage?
    /// Of the calls before the current one.
    private(set) var settledUsage: TokenUsage?
    /// What the current call reported so far, also if it then failed.
    private(set) var callUsage: TokenUsage?
    /// The hub made it up, by what was asked.
    private(set) var isUsageEstimated = false
    /// The current call in the ledger; nil where that keeps no row of it.
    var ledgerEntry: LedgerEntry?
    /// What came of the current call's answer, if the ledger keeps a row of it.
    private(set) var arrived = ArrivedOutput()
    /// The model that its provider says it runs.
    private(set) var servedModel: String?
    /// What counts among the requests at the same time until this one is over.
    var held: [LimitCorrection] = []
    /// Of the limits that the request met.
    public internal(set) var limitStates = LimitStates()
    public internal(set) var costNanoDollars: Int?
    /// How the call was served. Nil: in a way that has no known price.
    private(set) var service: Price.Service? = .standard
    public internal(set) var cache = CacheStatus.bypass
    /// Of a kept answer: whole seconds.
    public internal(set) var cacheAge: Int?
    var ticket: CacheTicket?
    /// Calls that the request comes to.
    var callCount = 1
    /// The call to a provider that is under way, which others may have joined.
    var flight: Flight?
    /// Of a stream that another provider may go on with.
    var rescue: StreamRescue?
    public internal(set) var phases = PhaseTimes()
    /// When the last step ended; monotonic nanoseconds.
    private var stepEnded: UInt64
    /// Of a stream: when its first payload came; monotonic nanoseconds.
    public internal(set) var firstPayloadAt: UInt64?
    /// The same of the current call.
    var callPayloadAt: UInt64?
    /// How a second call may be made beside the first; nil for most requests.
    var hedge: HedgeMeter?
    /// Of the second of two calls that both failed, until the next one is chosen.
    var hedgeFailure: HedgeFailure?
    /// Which of two calls that race this context is of.
    var leg: HedgeLeg?
    /// When the head of a streamed answer left: failures can no longer be answered as such.
    var committedAt: UInt64?
    public var isCommitted: Bool { committedAt != nil }

    public init(
        directives: RequestDirectives, clock: any TimeSource, shard: Int, random: RandomSource, start: UInt64
    ) {
        var random = random
        self.directives = directives
        self.clock = clock
        self.shard = shard
        self.start = start
        stepEnded = start
        requestIdentifier = Identifier("req_", clock: clock, random: &random)
        var given = directives.traceparent.flatMap { TraceContext(traceparent: $0) }
        given?.state = directives.traceState
        let span = random.next() | 1
        trace =
            given?.with(parentID: span)
            ?? TraceContext(traceID: .init(high: random.next() | 1, low: random.next()), parentID: span, flags: 1)
        self.random = random
    }

    /// Of one of the calls that race for a request.
    /// - Parameter number: from 0.
    init(legOf request: RequestContext, number: Int) {
        directives = request.directives
        clock = request.clock
        shard = request.shard
        start = request.start
        stepEnded = request.stepEnded
        requestIdentifier = request.requestIdentifier
        trace = request.trace
        random = RandomSource(seed: request.random.next())
        deadline = request.deadline
        self.request = request.request
        part = request.part
        principal = request.principal
        candidates = request.candidates
        usage = request.usage
        settledUsage = request.settledUsage
        limitStates = request.limitStates
        attemptCount = request.attemptCount + number
    }

    /// Takes what a call of the race has found out: its answer is the request's.
    func adopt(_ leg: RequestContext, attemptCount: Int) {
        plan = leg.plan
        call = leg.call
        usage = leg.usage
        settledUsage = leg.settledUsage
        callUsage = leg.callUsage
        service = leg.service
        droppedParameters = leg.droppedParameters
        droppedInTranslation = leg.droppedInTranslation
        limitStates = leg.limitStates
        firstPayloadAt = leg.firstPayloadAt
        self.attemptCount = attemptCount
    }

    /// Adds the time since the last step ended to what rendering took.
    public func noteTransform() {
        phases.transform &+= lap()
    }

    /// Nanoseconds since the step before ended. The next one begins now: one look at the clock for both.
    @discardableResult
    func lap() -> UInt64 {
        let now = clock.monotonicNanoseconds
        defer { stepEnded = now }
        return now &- stepEnded
    }

    /// Nanoseconds that the hub itself took. Of a stream up to its first payload: the rest is the provider's pace and
    /// the client's.
    func overhead(ofElapsed elapsed: UInt64) -> UInt64 {
        let spent = committedAt.map { $0 &- start } ?? elapsed
        return spent &- min(spent, phases.provider)
    }

    /// Unique, whatever the caller calls the request.
    var holder: String { requestIdentifier.text }

    /// The caller's id of the request, or a minted one.
    public var requestID: String { directives.requestID ?? requestIdentifier.text }

    /// The same, without its text being made.
    var ledgerID: LedgerID { directives.requestID.map { .text($0) } ?? .identifier(requestIdentifier) }

    /// Takes at most `longestRequestID` bytes.
    public func appendRequestID(to out: inout TextCursor) {
        if let given = directives.requestID { out.put(given) } else { requestIdentifier.append(to: &out) }
    }

    /// A new id.
    public func identifier(_ prefix: StaticString) -> Identifier {
        Identifier(prefix, clock: clock, random: &random)
    }

    /// `chatcmpl-` and 32 hex digits.
    public func completionID(_ prefix: StaticString = "chatcmpl-") -> String {
        var text: [UInt8] = []
        text.reserveCapacity(48)
        text.append(prefix)
        text.appendHex(random.next(), minimumDigits: 16)
        text.appendHex(random.next(), minimumDigits: 16)
        return String(decoding: text, as: UTF8.self)
    }

    /// Begins the next call of the request; what it uses adds to what was used.
    func beginPart(_ request: CompletionRequest) {
        part = request
        settledUsage = usage
    }

    /// Notes the fields that the current call left out.
    /// - Parameter byProvider: those that the provider left out.
    func noteDropped(byProvider: [String]) {
        droppedParameters = byProvider.isEmpty ? droppedInTranslation : droppedInTranslation + byProvider
    }

    /// Adds the fields that a call before this one left out, where both made the answer.
    func noteDropped(before earlier: [String]) {
        droppedParameters = earlier + droppedParameters.filter { !earlier.contains($0) }
    }

    /// Counts the usage of the current call so far.
    /// - Parameter body: what the provider reported it in; it says how the call was served, if the provider tells.
    func count(_ reported: TokenUsage?, in body: JSONValue?) {
        guard let reported else { return }
        callUsage = reported
        usage = (settledUsage ?? TokenUsage()) + reported
        if let name = body.flatMap(Price.Service.name) { service = Price.Service(name) }
    }

    /// For the ledger: its provider's model, and how much it is where nobody counts it.
    func noteArrived(_ chunk: StreamChunk) {
        guard ledgerEntry != nil else { return }
        if servedModel == nil { servedModel = chunk.servedModel }
        if chunk.hasPayload { arrived.note(eventOf: chunk.body.documentBytes) }
    }

    /// The same of a whole answer.
    func noteArrived(_ response: CompletionResponse) {
        guard ledgerEntry != nil else { return }
        servedModel = response.servedModel
        // As if the shortest answer had no text.
        guard response.usage == nil else { return }
        arrived.note(eventOf: 0)
        arrived.note(eventOf: response.body.documentBytes)
    }

    /// The provider answered in a batch of its own, whatever it said.
    /// - Parameter reported: nil: it did not count, or not so that it can be read.
    func count(batched reported: TokenUsage?) {
        if let reported { usage = reported }
        service = .batch
    }

    /// Counts what the finished calls of a failed attempt used; the next attempt adds to it.
    func keep(spent: TokenUsage?, isEstimated: Bool = false) {
        guard let spent else { return }
        isUsageEstimated = isEstimated
        callUsage = spent
        usage = (settledUsage ?? TokenUsage()) + spent
        settledUsage = usage
    }

    /// Nano-dollars of what a call used, at today's price for the way it was served. Nil: not known.
    func cost(of usage: TokenUsage, _ plan: RoutePlan) -> Int? {
        guard let service, let prices = plan.modelEntry.prices else { return nil }
        return prices.cost(
            of: usage, service: service, on: CalendarDay(wallNanoseconds: clock.wallNanoseconds))
    }

    /// Forgets the usage of a call that failed.
    func discardUsage() {
        usage = settledUsage
    }

    /// Begins a call to a provider; monotonic nanoseconds.
    func beginAttempt(at now: UInt64) {
        callUsage = nil
        isUsageEstimated = false
        arrived = ArrivedOutput()
        servedModel = nil
        callPayloadAt = nil
        service = .standard
        attemptCount += 1
        waitingSince = now
    }

    /// Begins the wait for the first of two calls; monotonic nanoseconds.
    func beginWaiting(at now: UInt64) {
        waitingSince = now
    }

    /// Ends the wait for the call under way. Of a stream only the wait for its first payload counts: the rest is
    /// the client's pace as well.
    func noteProviderAnswered(at now: UInt64) {
        stepEnded = now
        guard let since = waitingSince else { return }
        phases.provider &+= now &- since
        waitingSince = nil
    }

    /// The client has gone. True if its call goes on for others that joined it; `cancel` ends it when they are gone, too.
    public func outlivesClient(cancel: @escaping @Sendable () -> Void) -> Bool {
        flight?.outlivesClient(cancel: cancel) ?? false
    }

    /// Nobody was paid for this answer.
    var isFree: Bool { cache.isHit || cache == .coalesced }

    /// Whether the request can still be answered in time.
    var hasTime: Bool { clock.monotonicNanoseconds < deadline }

    /// Nanoseconds since the request was read.
    public var elapsed: UInt64 { clock.monotonicNanoseconds &- start }

    /// Of a stream that another provider went on with: who began it.
    public var resumedFrom: StreamOrigin? { rescue?.told }

    /// What is known now, for the answer.
    public func metadata() -> AnswerMetadata {
        var metadata = AnswerMetadata()
        metadata.requestID = requestID
        metadata.traceID = trace.traceID.text
        metadata.provider = plan?.entry.id ?? ""
        metadata.model = plan?.model ?? request?.model ?? ""
        metadata.cache = cache
        metadata.routeReason = plan?.reason ?? ""
        metadata.attempts = attempts.map(\.record)
        if let plan, let first = candidates?.first {
            let isElsewhere = plan.entry !== first.entry || plan.model != first.model
            metadata.isFallback = isElsewhere && !plan.isHedge
        }
        metadata.latencyMilliseconds = Double(elapsed) / 1_000_000
        metadata.providerLatencyMilliseconds = Double(phases.provider) / 1_000_000
        metadata.usage = usage
        metadata.costNanoDollars = costNanoDollars
        metadata.droppedParameters = droppedParameters
        metadata.resumedFrom = resumedFrom
        return metadata
    }
}

/// Nanoseconds spent per phase: `Server-Timing`.
public struct PhaseTimes: Sendable {
    public var parse: UInt64 = 0
    public var authenticate: UInt64 = 0
    /// Limits.
    public var govern: UInt64 = 0
    /// Looking for a kept answer, or for an identical call.
    public var cache: UInt64 = 0
    public var route: UInt64 = 0
    /// Waiting for providers, over all attempts. Of a stream: to its first payload.
    public var provider: UInt64 = 0
    public var transform: UInt64 = 0
}
