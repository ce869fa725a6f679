import Dialects
import HubCore
import Wire

/// Decisions among many targets, by a hub whose providers answer at once.
struct Work {
    private let hub: ConnectorHub
    private let clock = Now()
    private let request: CompletionRequest
    private let strategy: String

    /// - Parameter strategy: a routing strategy's name.
    init(strategy: String, candidates: Int) throws {
        self.strategy = strategy
        let providers = (0..<candidates).map { BenchProvider(number: $0) }
        var options = HubOptions()
        options.cache.isEnabled = false
        options.planner.routes = [
            ModelRoute(pattern: "bench", targets: providers.map { RouteTarget(provider: $0.providerID) })
        ]
        for provider in providers {
            var traits = ProviderTraits()
            traits.priority = provider.number * 7 % 11
            traits.weight = provider.number % 5 + 1
            options.planner.traits[provider.providerID] = traits
        }
        hub = ConnectorHub(providers: providers, options: options)
        let text = String(repeating: "how does it go on from here? ", count: 35)
        request = try OpenAIRequest.parse(
            JSONDocument.parse(#"{"model":"bench","messages":[{"role":"user","content":"\#(text)"}]}"#).root)
    }

    /// Calls each target, so that what calls take is known of all.
    func prepare(candidates: Int) async throws {
        let sink = NoSink()
        for _ in 0..<candidates {
            let context = context("round-robin")
            _ = try await hub.answer(.request(request), context, sink: sink)
        }
    }

    /// The reason that the last decision gave.
    func decide(_ count: Int) throws -> String {
        var reason = ""
        for _ in 0..<count {
            let targets = try hub.targets(of: request, context(strategy))
            reason = targets[0].reason
        }
        return reason
    }

    private func context(_ strategy: String) -> RequestContext {
        let directives = RequestDirectives()
        directives.strategy = strategy
        return RequestContext(
            directives: directives, clock: clock, shard: 0, random: RandomSource(seed: 1),
            start: clock.monotonicNanoseconds)
    }
}

/// The machine's time.
struct Now: TimeSource {
    private let origin = ContinuousClock.now

    var monotonicNanoseconds: UInt64 {
        let (seconds, attoseconds) = origin.duration(to: ContinuousClock.now).components
        return 1_000_000_000 + UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
    var wallNanoseconds: UInt64 { 1_790_000_000_000_000_000 + monotonicNanoseconds }
}

/// A target of its own price that answers at once.
struct BenchProvider: LLMProvider {
    let number: Int

    var providerID: String { "bench-\(number)" }

    func metadata() -> ProviderMetadata {
        let facts = ModelFacts(
            id: "bench", contextWindow: 128_000, maximumOutputTokens: 4096, capabilities: ["chat", "tools"],
            price: Price(input: 1_000_000 + number * 37 % 100, output: 2_000_000))
        return ProviderMetadata(kind: "bench", models: [facts], acceptsUnknownModels: false)
    }

    func validateConfiguration() {}
    func checkHealth() async -> ProviderHealth { ProviderHealth(status: .healthy) }

    func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(
                #"{"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}]}"#
            ).root
        } catch {
            throw HubError(.internalError, error.message)
        }
        return CompletionResponse(body: body, usage: nil, servedModel: call.model, finishReasons: ["stop"])
    }

    func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        throw HubError(.streamNotSupported, "the benchmark asks for whole answers")
    }
}

final class NoSink: AnswerSink {
    var isCongested: Bool { false }
    var onWritable: (() -> Void)?
    func open(_ context: RequestContext) {}
    func begin(part: Int) {}
    func send(_ chunk: StreamChunk) {}
}
