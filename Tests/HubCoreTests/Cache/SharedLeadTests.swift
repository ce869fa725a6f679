import Dialects
import HubCore
import Synchronization
import TestSupport
import Testing
import Wire

struct SharedLeadTests {
    /// The events of one request beside a cache that answers so.
    private static func events(
        _ lookUp: LeadingCache.LookUp, _ step: FakeProvider.Step, stream: Bool = false, cacheControl: String = ""
    ) async -> [String] {
        let cache = LeadingCache(lookUp)
        let hub = ConnectorHub(
            providers: [FakeProvider("acme", step)], options: options, authenticator: OpenDoor(), sharedCache: cache)
        let directives = RequestDirectives()
        directives.cache = CacheDirectives(cacheControl: cacheControl)
        let clock = ManualClock()
        let context = RequestContext(
            directives: directives, clock: clock, shard: 0, random: RandomSource(seed: 1),
            start: clock.monotonicNanoseconds)
        let body = "{\(HubFixture.body)\(stream ? #","stream":true"# : "")}"
        _ = try? await hub.answer(.bytes(Array(body.utf8), form: .openAI), context, sink: FakeSink())
        return cache.events
    }

    private static let deltas = FakeProvider.Step.stream([#"{"content":"a"}"#, #"{"content":"b"}"#])

    private static var options: HubOptions {
        var options = HubOptions()
        options.cache.isEnabled = true
        options.planner.defaultProvider = "acme"
        return options
    }

    @Test func `who leads keeps the answer before it ends the lead`() async {
        #expect(await Self.events(.lead, .answer("hi")) == ["look up", "store", "end"])
    }

    @Test func `a stream that has begun is progress, told once`() async {
        #expect(await Self.events(.lead, Self.deltas, stream: true) == ["look up", "progress", "store", "end"])
    }

    @Test func `who leads ends the lead when the call fails`() async {
        #expect(await Self.events(.lead, .fail(.providerRejected)) == ["look up", "end"])
    }

    @Test func `who does not lead has nothing to end`() async {
        #expect(await Self.events(.unknown, Self.deltas, stream: true) == ["look up", "store"])
    }

    @Test func `who does not look up does not lead`() async {
        #expect(await Self.events(.lead, .answer("hi"), cacheControl: "no-cache") == ["store"])
        #expect(await Self.events(.lead, .answer("hi"), cacheControl: "no-store").isEmpty)
    }
}

/// Lets every caller lead, or none, and notes what it is told.
private final class LeadingCache: CacheStrategy {
    enum LookUp {
        case lead, unknown
    }

    private let lookUp: LookUp
    private let log = Mutex<[String]>([])

    init(_ lookUp: LookUp) {
        self.lookUp = lookUp
    }

    var events: [String] { log.withLock { $0 } }

    private func note(_ event: String) { log.withLock { $0.append(event) } }

    func answer(for key: CacheKey) async -> [UInt8]? { nil }

    func answerOrLead(for key: CacheKey, until deadline: UInt64) async -> SharedLookUp {
        note("look up")
        return lookUp == .lead ? .lead(SharedLead(key: key, number: 1)) : .unknown
    }

    func noteProgress(_ lead: SharedLead) { note("progress") }
    func end(_ lead: SharedLead) { note("end") }
    func store(_ encoded: [UInt8], for key: CacheKey, tags: CacheTags, lifetime: Duration) { note("store") }
    func purge(_ selection: CacheSelection) {}
}
