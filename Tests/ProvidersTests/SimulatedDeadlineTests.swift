import Dialects
import HubCore
import Providers
import Reactor
import Testing
import Wire

/// The simulated provider gives up where a real one's caller would.
struct SimulatedDeadlineTests {
    @Test(arguments: [
        ("fault=hang", ErrorCode.providerTimeout),
        ("fault=stall;fault_after=2", .streamTimeout),
        ("tokens_per_second=0.001", .streamTimeout),
    ])
    func `a stream ends with its call's time, however long silence may last`(
        simulation: String, code: ErrorCode
    ) async throws {
        let reactors = try ReactorGroup(count: 1)
        defer { reactors.stop() }
        let provider = SimulatedProvider(reactors: reactors)
        var random = RandomSource(seed: 1)
        let body = #"{"model":"sim-chat","stream":true,"messages":[{"role":"user","content":"ECHO:a b c d"}]}"#
        let call = ProviderCall(
            request: try OpenAIRequest.parse(JSONDocument.parse(body).root), model: "sim-chat", attempt: 1,
            attemptID: Identifier("att_", clock: StillClock(), random: &random),
            trace: TraceContext(traceID: .init(high: 1, low: 1), parentID: 1, flags: 0),
            deadlines: CallDeadlines(
                firstToken: .seconds(600), idle: .seconds(600), total: .milliseconds(20)),
            simulation: "ttft_ms=0;" + simulation)
        let error = await #expect(throws: HubError.self) {
            try await provider.streamCompletion(call, to: Listener())
        }
        #expect(error?.code == code)
    }
}

private final class Listener: StreamReceiver {
    func attach(_ flow: any StreamFlow) {}
    func receive(_ chunk: StreamChunk) {}
    func reportDropped(_ parameters: [String]) {}
}

private struct StillClock: TimeSource {
    var monotonicNanoseconds: UInt64 { 0 }
    var wallNanoseconds: UInt64 { 0 }
}
