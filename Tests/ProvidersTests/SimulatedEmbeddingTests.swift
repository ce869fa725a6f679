import Dialects
import HTTPClient
import HubCore
import Providers
import Testing
import Wire

struct SimulatedEmbeddingTests {
    private let bench: Bench
    private let provider: SimulatedProvider

    init() throws {
        bench = try Bench()
        var options = SimulatedOptions()
        options.timeToFirstToken = .zero
        provider = SimulatedProvider(options, reactors: bench.reactors)
    }

    private func vectors(_ members: String, simulation: String? = nil) async throws -> [[Double]] {
        let request = try EmbeddingRequest.parse(JSONDocument.parse(#"{"model":"x",\#(members)}"#).root)
        let answer = try await provider.embed(.test(request, model: "sim-embed", simulation: simulation))
        return answer.body["data"]?.elements.map { $0["embedding"]?.elements.compactMap { $0.double } ?? [] } ?? []
    }

    private static func product(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test func `a text has 256 numbers of length 1, the same each time`() async throws {
        let first = try await vectors(#""input":"the quick brown fox""#)
        #expect(first.map(\.count) == [256])
        #expect(abs(Self.product(first[0], first[0]) - 1) < 1e-5)
        #expect(try await vectors(#""input":"the quick brown fox""#) == first)
    }

    @Test func `texts that share words are nearer than others`() async throws {
        let all = try await vectors(#""input":["the quick brown fox","the quick brown dog","invoice from march"]"#)
        #expect(Self.product(all[0], all[1]) > Self.product(all[0], all[2]) + 0.3)
    }

    @Test func `fewer dimensions may be asked for, and no more`() async throws {
        #expect(try await vectors(#""input":[1,2,3],"dimensions":8"#).map(\.count) == [8])
        await #expect(throws: HubError.self) { try await vectors(#""input":"a","dimensions":257"#) }
    }

    @Test func `white space has a direction too, and words are tokens`() async throws {
        #expect(try await vectors(#""input":" ""#)[0].contains { $0 != 0 })
        let request = try EmbeddingRequest.parse(JSONDocument.parse(#"{"model":"x","input":["a b","c"]}"#).root)
        #expect(try await provider.embed(.test(request)).usage == TokenUsage(input: 3))
    }

    @Test func `a fault is one here as well`() async throws {
        await #expect(throws: HubError.self) { try await vectors(#""input":"a""#, simulation: "fault=rate_limit") }
    }
}
