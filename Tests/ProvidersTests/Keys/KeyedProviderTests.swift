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
        let health = HealthRecord()
        var members: [KeyedProvider.Member] = []
        for key in ["a", "b", "c"] {
            let provider = try OpenAIFormProvider(
                OpenAIFormOptions(providerID: "acme", kind: .compatible, baseURL: server.baseURL, apiKey: key),
                client: bench.client)
            members.append(KeyedProvider.Member(provider, health.key(provider: "acme", name: key)))
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

    @Test func `a key with which calls fail is left alone for a minute, and tried one call at a time`() async throws {
        let failing = ["b": Self.refusal(500)]
        let result = try await Self.keys(refused: failing, pauses: Array(repeating: 0, count: 30) + [59, 0, 0])
        // Every third call until five have failed in a row, then none.
        #expect(result.failures == Array(repeating: .providerError, count: 5))
        #expect(result.seen.filter { $0 == "b" }.count == 5)
        let later = try await Self.keys(refused: failing, pauses: Array(repeating: 0, count: 30) + [61, 0, 0, 0, 0, 0])
        #expect(later.failures.count == 6)
    }

    @Test(arguments: ["x-ratelimit-remaining-requests", "anthropic-ratelimit-requests-remaining"])
    func `a key that has no request left is left alone until it has`(header: String) async throws {
        var answer = Self.answer("b", [:])
        answer.headers += [(header, "0"), (header.replacing("remaining", with: "reset"), "60s")]
        let result = try await Self.keys(refused: ["b": answer], pauses: [0, 0, 0, 0, 59, 0, 2, 0, 0])
        #expect(result.failures.isEmpty)
        #expect(result.seen.prefix(6).filter { $0 == "b" }.count == 1)
        #expect(result.seen.filter { $0 == "b" }.count == 2)
    }

    @Test func `what is not about the key is not tried with another`() async throws {
        let result = try await Self.keys(refused: ["b": Self.refusal(500)], pauses: [0])
        #expect(result.failures == [.providerError])
        #expect(result.seen == ["b"])
    }
}
