import Dialects
import HTTPClient
import HubCore
import Providers
import Reactor
import Synchronization
import Wire

/// A reactor and a client, stopped with the test.
final class Bench {
    let reactors: ReactorGroup
    let client: HTTPClient

    init() throws {
        reactors = try ReactorGroup(count: 1)
        client = HTTPClient(reactors: reactors)
    }

    deinit { reactors.stop() }
}

/// Takes a stream's chunks.
final class Collector: StreamReceiver {
    private(set) var chunks: [StreamChunk] = []
    private(set) var dropped: [String] = []
    private(set) var flow: (any StreamFlow)?

    func attach(_ flow: any StreamFlow) { self.flow = flow }
    func receive(_ chunk: StreamChunk) { chunks.append(chunk) }
    func reportDropped(_ parameters: [String]) { dropped = parameters }

    var text: String { chunks.compactMap { $0.delta?["content"]?.string }.joined() }
    var finishReasons: [String] { chunks.compactMap(\.finishReason) }
}

extension StreamChunk {
    var delta: JSONValue? { body["choices"]?[index: 0]?["delta"] }
}

extension CompletionResponse {
    var message: JSONValue? { body["choices"]?[index: 0]?["message"] }
    var text: String? { message?["content"]?.string }
}

extension ProviderCall {
    /// A call in OpenAI's form with further members of the body.
    static func test(
        _ members: String = "", prompt: String = "hi", model: String = "sim-chat", isStream: Bool = false,
        attempt: Int = 1, simulation: String? = nil, deadlines: CallDeadlines = CallDeadlines(),
        passedHeaders: [(name: String, value: String)] = []
    ) throws -> ProviderCall {
        var writer = JSONWriter(reserving: 256)
        writer.string(prompt)
        let content = String(decoding: writer.bytes, as: UTF8.self)
        let stream = isStream ? #","stream":true"# : ""
        let body = #"{"model":"x","messages":[{"role":"user","content":\#(content)}]\#(stream)\#(members)}"#
        let request = try OpenAIRequest.parse(JSONDocument.parse(body).root)
        return test(
            request, model: model, attempt: attempt, simulation: simulation, deadlines: deadlines,
            passedHeaders: passedHeaders)
    }

    static func test(
        _ request: CompletionRequest, model: String = "m", facts: ModelFacts? = nil, attempt: Int = 1,
        simulation: String? = nil,
        deadlines: CallDeadlines = CallDeadlines(), passedHeaders: [(name: String, value: String)] = []
    ) -> ProviderCall {
        var random = RandomSource(seed: 1)
        return ProviderCall(
            request: request, model: model, facts: facts, attempt: attempt,
            attemptID: Identifier("att_", clock: StoppedClock(), random: &random),
            trace: TraceContext(traceID: .init(high: 1, low: 2), parentID: 3, flags: 1), deadlines: deadlines,
            simulation: simulation, passedHeaders: passedHeaders)
    }
}

struct StoppedClock: TimeSource {
    var monotonicNanoseconds: UInt64 { 0 }
    var wallNanoseconds: UInt64 { 0 }
}

extension LLMProvider {
    /// How a whole call fails; nil if it does not.
    func failure(_ call: ProviderCall) async -> HubError? {
        do throws(HubError) {
            _ = try await sendCompletion(call)
            return nil
        } catch {
            return error
        }
    }

    /// What a stream gave, and how it failed.
    func stream(_ call: ProviderCall) async -> (received: Collector, failure: HubError?) {
        let collector = Collector()
        do throws(HubError) {
            try await streamCompletion(call, to: collector)
            return (collector, nil)
        } catch {
            return (collector, error)
        }
    }
}
