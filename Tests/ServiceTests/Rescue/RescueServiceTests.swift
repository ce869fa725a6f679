import Dialects
import TestSupport
import Testing
import Wire

/// Streams that break and are gone on with, over sockets: from clients of every form, by providers of every form.
struct RescueServiceTests {
    @Test(arguments: RescueClient.allCases, WireDialect.allCases)
    func `a client of any form gets one whole text, whoever began it`(
        client: RescueClient, first: WireDialect
    ) async throws {
        for second in [WireDialect.anthropic, .gemini] {
            let outcome = try await RescueBench(first: first, second: second).outcome(client)
            #expect(outcome.response.status == 200)
            #expect(outcome.response.isWhole)
            let answer = try client.answer(outcome.response)
            #expect(answer.text == RescueBench.whole)
            #expect((answer.starts, answer.ends) == (1, 1))
            #expect(outcome.asked.count == 1)
            #expect(outcome.asked.first?.contains(#""The sun is a""#) == true, "\(outcome.asked)")
        }
    }

    @Test(arguments: [WireDialect.bedrock, .openAI])
    func `so can others go on that are known to`(second: WireDialect) async throws {
        let outcome = try await RescueBench(first: .anthropic, second: second).outcome(.anthropic)
        #expect(try RescueClient.anthropic.answer(outcome.response).text == RescueBench.whole)
        if second == .openAI { #expect(outcome.asked.first?.contains(#""continue_final_message":true"#) == true) }
    }

    @Test(arguments: WireDialect.allCases, [RescueBench.Break.malformed, .silence])
    func `a malformed piece and a silence are gone on from`(first: WireDialect, way: RescueBench.Break) async throws {
        let outcome = try await RescueBench(first: first, second: .anthropic).outcome(.openAI, way)
        #expect(try RescueClient.openAI.answer(outcome.response).text == RescueBench.whole)
    }

    @Test(arguments: RescueClient.allCases)
    func `a stream with a call in it ends as an error`(client: RescueClient) async throws {
        let outcome = try await RescueBench(first: .anthropic, second: .gemini).outcome(client, .inCall)
        #expect(throws: (any Error).self) { try client.answer(outcome.response) }
        #expect(outcome.asked.isEmpty)
    }

    @Test func `an answer that had ended is not gone on with`() async throws {
        let outcome = try await RescueBench(first: .anthropic, second: .gemini).outcome(.openAI, .afterEnd)
        #expect(outcome.asked.isEmpty)
        #expect(!outcome.response.text.contains("[DONE]"))
    }

    @Test(arguments: RescueClient.allCases)
    func `when nobody goes on, the stream ends as an error with nothing said twice`(
        client: RescueClient
    ) async throws {
        let refusal = ScriptedAnswer.json(
            #"{"type":"error","error":{"type":"invalid_request_error","message":"no prefill"}}"#, status: 400)
        let outcome = try await RescueBench(first: .openAI, second: .anthropic).outcome(client, second: refusal)
        #expect(outcome.asked.count == 1)
        #expect(throws: (any Error).self) { try client.answer(outcome.response) }
        #expect(!outcome.response.isWhole)
        #expect(client.partialText(outcome.response).ranges(of: "The sun ").count == 1)
    }

    @Test func `a client can forbid it`() async throws {
        let outcome = try await RescueBench(first: .openAI, second: .anthropic)
            .outcome(.openAI, headers: [("x-hub-rescue", "false")])
        #expect(outcome.asked.isEmpty)
        #expect(!outcome.response.text.contains("[DONE]"))
        let refused = try await RescueBench(first: .openAI, second: .anthropic)
            .outcome(.openAI, headers: [("x-hub-rescue", "perhaps")])
        #expect(refused.response.status == 400)
    }

    @Test(arguments: RescueClient.allCases)
    func `a client that asks is told who began`(client: RescueClient) async throws {
        let outcome = try await RescueBench(first: .anthropic, second: .gemini)
            .outcome(client, headers: [("x-hub-metadata", "true")])
        #expect(outcome.response["x-hub-provider"] == "one")
        #expect(outcome.response["x-hub-attempts"] == "1")
        let told = #""resumed_from":{"provider":"one","model":"claude-sonnet-4-5","after_characters":13}"#
        #expect(String(decoding: outcome.response.body, as: UTF8.self).contains(told), "\(outcome.response.text)")
    }

    @Test func `the simulated provider shows it`() async throws {
        let configuration = """
            rescue_streams: true
            routes:
              - pattern: m
                targets: [{provider: simulated, model: "sim-chat;fault=cut_stream;fault_after=3"}]
                fallbacks: [{provider: simulated, model: sim-chat}]
            """
        try await ServedHub.run(configuration) { hub in
            let body = #"{"model":"m","stream":true,"messages":[{"role":"user","content":"ECHO:one two  three four"}]}"#
            let response = try hub.connect().post(
                "/v1/chat/completions", Array(body.utf8),
                headers: [("x-hub-sim", "ttft_ms=0;tokens_per_second=0"), ("x-hub-metadata", "true")])
            #expect(try RescueClient.openAI.answer(response).text == "one two  three four")
            #expect(response.text.contains(#""resumed_from":{"provider":"simulated""#))
        }
    }

    @Test func `the usage that a client reads is that of one answer`() async throws {
        let outcome = try await RescueBench(first: .openAI, second: .anthropic).outcome(.openAI)
        let usages = outcome.response.text.split(separator: "\n\n").compactMap { event in
            (try? JSONDocument.parse(String(event.dropFirst(6))).root)?["usage"]?["completion_tokens"]?.int
        }
        // Seven of the second's own, and what the first one's words are taken for.
        #expect(usages.count == 1)
        #expect((10...16).contains(usages.first ?? 0), "\(usages)")
    }
}
