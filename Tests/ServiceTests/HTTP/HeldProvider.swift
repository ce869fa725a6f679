import Synchronization
import TestSupport

/// A provider that answers when it is told to.
final class HeldProvider: Sendable {
    let began = Gate()
    let gate = Gate()
    private let provider: ScriptedProvider

    init(isStream: Bool, answers: Bool = true) throws {
        let (began, gate) = (began, gate)
        let count = Counter()
        counter = count
        provider = try ScriptedProvider { request in
            // Health is asked for by GET.
            guard request.method == "POST" else { return .json("{}") }
            count.add()
            began.open()
            guard answers else {
                var answer = ScriptedAnswer.json("{}")
                answer.ending = .silenceBeforeHead
                return answer
            }
            try? gate.wait()
            return isStream ? .events(Self.stream) : .json(Self.whole)
        }
    }

    private let counter: Counter
    var callCount: Int { counter.value }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    /// Until a client has closed its connection.
    func left() async {
        for await event in provider.events { if case .closedByClient = event { return } }
    }

    func stop() { provider.stop() }

    var configuration: String {
        "providers: [{provider_id: held, kind: compatible, config: {base_url: \"\(provider.baseURL)\", api_key: k, models: [{id: held}]}}]\n"
    }

    private static let whole =
        #"{"id":"a","object":"chat.completion","created":1,"model":"held","choices":[{"index":0,"message":{"role":"assistant","content":"answer"},"finish_reason":"stop"}]}"#
    private static let stream =
        #"data: {"id":"a","choices":[{"index":0,"delta":{"content":"answer"},"finish_reason":"stop"}]}"#
        + "\n\ndata: [DONE]\n\n"
}
