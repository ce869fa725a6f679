import Synchronization
import TestSupport

@testable import Service
@testable import Store

/// A hub of a user's configuration with scripted providers. The one that is called first has the fault.
struct SurveyHub {
    let clock = FaultClock()
    private let providers: [ScriptedProvider]
    private let calls: SurveyCalls
    private let service: HubService

    /// - Parameter continuesTexts: the others go on with an answer when the configuration rescues streams; else they
    ///   answer anew, whatever was said before.
    static func run<Value>(
        _ configuration: LoadedConfiguration, first: @escaping FaultScript.Play,
        others: @escaping FaultScript.Play = FaultScript.healthy("b"), continuesTexts: Bool = false,
        _ body: (SurveyHub) async throws -> Value
    ) async throws -> Value {
        let hub = try SurveyHub(configuration, first: first, others: others, continuesTexts: continuesTexts)
        let result: Result<Value, any Error>
        do { result = .success(try await body(hub)) } catch { result = .failure(error) }
        await hub.service.shutDown()
        hub.service.stopReactors()
        for provider in hub.providers { provider.stop() }
        return try result.get()
    }

    private init(
        _ configuration: LoadedConfiguration, first: @escaping FaultScript.Play, others: @escaping FaultScript.Play,
        continuesTexts: Bool
    ) throws {
        let ids = configuration.providers.filter { $0.readiness != .disabled }.map(\.id)
        let calls = SurveyCalls()
        self.calls = calls
        providers = try ids.indices.map { index in
            try ScriptedProvider { request in
                // As `FaultHub` answers the health monitor.
                guard request.method == "POST" else {
                    return ScriptedAnswer(body: Array(#"{"data":[]}"#.utf8), framing: .untilClose)
                }
                let isStream = String(decoding: request.body, as: UTF8.self).contains(#""stream":true"#)
                let (call, isFirst) = calls.next(index)
                return (isFirst ? first : others)(call, isStream)
            }
        }
        let urls = Dictionary(uniqueKeysWithValues: zip(ids, providers.map(\.baseURL)))
        service = try HubService(
            configuration.scripted(urls, continuesTexts: continuesTexts), clock: clock, waiting: clock)
    }

    /// Calls that the provider with the fault got, and all others.
    var upstreamCalls: (failing: Int, others: Int) { calls.counts }

    /// - Parameter text: another one each time, where the answer is not to come out of the cache.
    func outcome(_ model: String, isStream: Bool, text: String = "hi") throws -> SurveyOutcome {
        let client = try SocketClient(connectingTo: service.addresses.main)
        let body = #"{"model":"\#(model)","stream":\#(isStream),"messages":[{"role":"user","content":"\#(text)"}]}"#
        let response = try client.post("/v1/chat/completions", Array(body.utf8))
        return SurveyOutcome(judging: FaultOutcome(reading: response, isStream: isStream), isStream: isStream)
    }

    /// How many rows the ledger has, with how many tokens of prompts; nil when it is off.
    func ledger() async throws -> (rows: Int, inputTokens: Int)? {
        guard let ledger = service.state.storage.ledger else { return nil }
        // What the clock leapt over looked too slow, and a database that was is asked again only by a check.
        await service.state.storage.database.check()
        await ledger.flush()
        return try await service.state.storage.database.read { connection throws(StoreError) in
            let rows = try connection.rows("SELECT COUNT(*), COALESCE(SUM(input_tokens), 0) FROM hub_ledger", [])
            return try rows.first.map { row throws(StoreError) in
                (rows: Int(try row.integer(0)), inputTokens: Int(try row.integer(1)))
            }
        }
    }
}

/// The calls that providers got, of whom the first that is called is the one that fails.
private final class SurveyCalls: Sendable {
    private let state = Mutex((failing: Int?.none, counts: [Int: Int]()))

    /// Counts a call; returns how many that provider had before.
    func next(_ index: Int) -> (call: Int, isFirst: Bool) {
        state.withLock { state in
            let failing = state.failing ?? index
            state.failing = failing
            let before = state.counts[index, default: 0]
            state.counts[index] = before + 1
            return (before, index == failing)
        }
    }

    var counts: (failing: Int, others: Int) {
        state.withLock { state in
            let failing = state.failing.flatMap { state.counts[$0] } ?? 0
            return (failing, state.counts.values.reduce(0, +) - failing)
        }
    }
}
