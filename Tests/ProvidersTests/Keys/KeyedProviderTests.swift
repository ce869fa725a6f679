import Dialects
import HubCore
import TestSupport
import Testing
import Wire

@testable import Providers

/// Several keys of one provider.
struct KeyedProviderTests {
    private static func answer(_ bearer: String, _ refused: [String: ScriptedAnswer]) -> ScriptedAnswer {
        refused[bearer]
            ?? .json(
                #"{"choices":[{"index":0,"message":{"role":"assistant","content":"\#(bearer)"},"finish_reason":"stop"}]}"#
            )
    }

    private static func refusal(_ status: Int, retryAfter: Int? = nil) -> ScriptedAnswer {
        var answer = ScriptedAnswer.json(#"{"error":{"message":"no"}}"#, status: status)
        if let retryAfter { answer.headers.append(("retry-after", "\(retryAfter)")) }
        return answer
    }

    /// Asks once for each element of `pauses`, after so many seconds. Returns the keys that the provider saw.
    private static func keys(
        refused: [String: ScriptedAnswer], pauses: [UInt64]
    ) async throws -> (seen: [String], failures: [ErrorCode]) {
        let server = try ScriptedProvider { answer(key($0) ?? "", refused) }
        defer { server.stop() }
        let clock = ManualClock()
        let call = try ProviderCall.test()
        let bench = try Bench()
        var members: [any LLMProvider] = []
        for key in ["a", "b", "c"] {
            members.append(
                try OpenAIFormProvider(
                    OpenAIFormOptions(providerID: "acme", kind: .compatible, baseURL: server.baseURL, apiKey: key),
                    client: bench.client))
        }
        let provider = KeyedProvider(members, clock: clock)
        var failures: [ErrorCode] = []
        for pause in pauses {
            clock.advance(milliseconds: pause * 1000)
            do throws(HubError) {
                _ = try await provider.sendCompletion(call)
            } catch {
                failures.append(error.code)
            }
        }
        return (server.requests.compactMap(Self.key), failures)
    }

    private static func key(_ request: ScriptedRequest) -> String? {
        request.header("authorization")?.split(separator: " ").last.map { String($0) }
    }

    @Test func `keys take turns`() async throws {
        let result = try await Self.keys(refused: [:], pauses: [0, 0, 0, 0])
        #expect(result.seen == ["b", "c", "a", "b"])
    }

    @Test(arguments: [401, 403, 402])
    func `a key that is refused is left alone for five minutes, and the call made with the next`(status: Int)
        async throws
    {
        let result = try await Self.keys(refused: ["b": Self.refusal(status)], pauses: [0, 0, 0, 299, 2])
        #expect(result.failures.isEmpty)
        #expect(result.seen == ["b", "c", "c", "a", "c", "c"])
    }

    @Test func `a key that is limited is left alone for as long as its provider says`() async throws {
        let result = try await Self.keys(
            refused: ["b": Self.refusal(429, retryAfter: 60)], pauses: [0, 0, 0, 59, 2, 0, 0])
        #expect(result.failures.isEmpty)
        #expect(result.seen.filter { $0 == "b" }.count == 2)
    }

    @Test func `when all keys are refused the last refusal is the answer, and one key is tried again`() async throws {
        let refused = ["a": Self.refusal(401), "b": Self.refusal(401), "c": Self.refusal(429, retryAfter: 7)]
        let result = try await Self.keys(refused: refused, pauses: [0, 0])
        #expect(result.failures.count == 2)
        #expect(result.seen == ["b", "c", "a", "c"])
    }

    @Test func `what is not about the key is not tried with another`() async throws {
        let result = try await Self.keys(refused: ["b": Self.refusal(500)], pauses: [0])
        #expect(result.failures == [.providerError])
        #expect(result.seen == ["b"])
    }
}
