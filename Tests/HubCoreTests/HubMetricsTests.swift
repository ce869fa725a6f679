import Dialects
import TestSupport
import Testing

@testable import HubCore

struct HubMetricsTests {
    private let metrics = HubMetrics(shards: 2)

    private func exposition() -> [String] {
        let bytes = metrics.exposition(providerAvailable: [("acme", true), ("spare", false)], connections: 3)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Lines of a family without the common prefix.
    private func lines(_ family: String) -> [String] {
        let prefix = "llm_connector_hub_"
        return exposition().filter { $0.hasPrefix(prefix + family) }.map { String($0.dropFirst(prefix.count)) }
    }

    /// One request that takes the given time, of which the provider took all.
    private func request(
        _ step: FakeProvider.Step, model: String = "m", milliseconds: UInt64 = 0, models: [ModelFacts] = []
    ) async {
        let fixture = HubFixture([FakeProvider("acme", models: models, step)], metrics: metrics)
        let failure = await fixture.failure(#"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]}"#)
        fixture.clock.advance(milliseconds: milliseconds)
        fixture.hub.finish(fixture.context, failure: failure)
    }

    @Test func `requests are counted by outcome`() async {
        let models = [ModelFacts(id: "m")]
        for _ in 0..<3 { await request(.answer("hi"), models: models) }
        await request(.fail(.providerError), models: models)
        await request(.fail(.aborted), models: models)
        #expect(
            lines("requests_total") == [
                #"requests_total{provider="acme",model="m",status="success"} 3"#,
                #"requests_total{provider="acme",model="m",status="error"} 1"#,
                #"requests_total{provider="acme",model="m",status="aborted"} 1"#,
            ])
        #expect(lines("errors_total").contains(#"errors_total{provider="acme",type="provider"} 1"#))
    }

    @Test func `calls to a provider are timed by provider, and routing once per routed request`() async {
        let names = ["a", "b"].map { ModelFacts(id: $0) }
        for name in ["a", "b"] { await request(.answer("hi"), model: name, models: names) }
        await request(.fail(.providerError), model: "a", models: names)
        await request(.answer("hi"), model: "")
        #expect(
            lines("provider_latency_seconds_count") == [#"provider_latency_seconds_count{provider="acme"} 3"#])
        #expect(lines("routing_duration_seconds_count") == ["routing_duration_seconds_count 3"])
    }

    @Test func `models that nobody configured share a label`() async {
        for number in 0..<50 { await request(.answer("hi"), model: "secret-\(number)") }
        #expect(lines("requests_total") == [#"requests_total{provider="acme",model="other",status="success"} 50"#])
    }

    @Test func `requests without a target are counted`() async {
        await request(.answer("hi"), model: "")
        #expect(lines("requests_total") == [#"requests_total{provider="none",model="other",status="error"} 1"#])
    }

    @Test func `durations are counted cumulatively`() async {
        for milliseconds: UInt64 in [0, 5, 6, 100, 70_000] { await request(.answer("hi"), milliseconds: milliseconds) }
        let labels = #"provider="acme",model="other""#
        let lines = lines("request_duration_seconds")
        let expected: [(String, Int)] = [
            ("0.005", 2), ("0.01", 3), ("0.1", 4), ("0.5", 4), ("60", 4), ("+Inf", 5),
        ]
        for (bound, count) in expected {
            #expect(lines.contains(#"request_duration_seconds_bucket{\#(labels),le="\#(bound)"} \#(count)"#))
        }
        #expect(lines.contains("request_duration_seconds_count{\(labels)} 5"))
        #expect(lines.contains("request_duration_seconds_sum{\(labels)} 70.111"))
    }

    @Test func `what a stream takes after its first payload is not the hub's time`() async {
        let fixture = HubFixture([FakeProvider("acme", .stream([#"{"content":"hi"}"#]))], metrics: metrics)
        let failure = await fixture.failure(
            #"{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}"#)
        #expect(failure == nil)
        fixture.clock.advance(milliseconds: 20_000)
        fixture.hub.finish(fixture.context, failure: nil)
        #expect(lines("overhead_duration_seconds_sum") == ["overhead_duration_seconds_sum 0"])
        #expect(lines("request_duration_seconds_sum").allSatisfy { $0.hasSuffix(" 20") })
    }

    @Test func `tokens and costs are counted by class`() async {
        let usage = TokenUsage(input: 10, cacheRead: 4, output: 2, reasoning: 1)
        let priced = ModelFacts(id: "m", price: Price(input: 1_000_000, cacheRead: 0, output: 1_000_000))
        await request(.answer("hi", usage: usage), models: [priced])
        #expect(
            lines("tokens_used_total") == [
                #"tokens_used_total{provider="acme",model="m",type="input"} 10"#,
                #"tokens_used_total{provider="acme",model="m",type="cache_read"} 4"#,
                #"tokens_used_total{provider="acme",model="m",type="output"} 2"#,
                #"tokens_used_total{provider="acme",model="m",type="reasoning"} 1"#,
            ])
        #expect(lines("cost_usd_total") == [#"cost_usd_total{provider="acme",model="m"} 1.3e-05"#])
        #expect(lines("unpriced_requests_total").isEmpty)
    }

    @Test func `usage without a price is counted as unpriced`() async {
        await request(.answer("hi", usage: TokenUsage(input: 1)))
        #expect(lines("unpriced_requests_total") == [#"unpriced_requests_total{provider="acme",model="other"} 1"#])
        #expect(lines("cost_usd_total").isEmpty)
    }

    @Test func `labels are escaped`() async {
        await request(.answer("hi"), model: "a\\\"b\\\\c", models: [ModelFacts(id: "a\"b\\c")])
        #expect(
            lines("requests_total") == [
                #"requests_total{provider="acme",model="a\"b\\c",status="success"} 1"#
            ])
    }

    @Test func `gauges say how things are`() {
        #expect(
            lines("provider_available") == [
                #"provider_available{provider="acme"} 1"#, #"provider_available{provider="spare"} 0"#,
            ])
        #expect(lines("connections_active") == ["connections_active 3"])
    }

    @Test func `batches are counted by status, and their lines by outcome and by who made them`() {
        #expect(lines("batch") == ["batches_running 0"])
        metrics.batches.count(.validating)
        for _ in 0..<2 { metrics.batches.count(.inProgress) }
        for (isError, route) in [(false, BatchMetrics.Route.hub), (true, .hub), (true, .provider), (true, .provider)] {
            metrics.batches.countLine(isError: isError, by: route)
        }
        for change in [1, 1, -1] { metrics.batches.countRunning(change) }
        #expect(
            lines("batch") == [
                #"batches_total{status="validating"} 1"#, #"batches_total{status="in_progress"} 2"#,
                "batches_running 1", #"batch_lines_total{outcome="completed",by="hub"} 1"#,
                #"batch_lines_total{outcome="failed",by="hub"} 1"#,
                #"batch_lines_total{outcome="failed",by="provider"} 2"#,
            ])
    }

    @Test func `every family is declared once`() async {
        await request(.answer("hi"))
        let declared = exposition().filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
        #expect(Set(declared).count == declared.count)
        for line in exposition() where !line.hasPrefix("#") {
            #expect(declared.contains { line.hasPrefix($0) }, "\(line)")
        }
    }
}
