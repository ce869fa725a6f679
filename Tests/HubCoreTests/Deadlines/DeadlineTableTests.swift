import Dialects
import Testing

@testable import HubCore

struct DeadlineTableTests {
    struct Case: Sendable {
        var capabilities: [String]
        var expected: ModelClass
    }

    @Test(arguments: [
        Case(capabilities: [], expected: .standard),
        Case(capabilities: ["chat", "tools"], expected: .standard),
        Case(capabilities: ["chat", "reasoning"], expected: .reasoning),
        Case(capabilities: ["embeddings"], expected: .embedding),
        Case(capabilities: ["embeddings", "video"], expected: .embedding),
        Case(capabilities: ["chat", "embeddings"], expected: .standard),
    ])
    func `a model's class follows from what it can do`(_ test: Case) {
        #expect(ModelClass(ModelFacts(id: "m", capabilities: test.capabilities)) == test.expected)
    }

    @Test func `a model of which nothing is known is a standard one`() {
        #expect(ModelClass(nil) == .standard)
    }

    @Test(arguments: [
        ("o3", "openai", ModelClass.reasoning), ("gpt-4o", "openai", .standard),
        ("text-embedding-3-small", "openai", .embedding), ("claude-opus-4-8", "anthropic", .reasoning),
    ])
    func `the catalogue tells the class of`(_ model: String, _ vendor: String, _ expected: ModelClass) {
        #expect(ModelClass(ModelCatalogue.builtIn.facts(of: model, at: vendor)) == expected)
    }

    @Test func `a model's own deadline wins over its provider's, and that over its class's`() {
        var facts = ModelFacts(id: "m", capabilities: ["reasoning"])
        let table = DeadlineTable()
        #expect(table.deadlines(of: facts) == table.reasoning)
        #expect(table.deadlines(of: facts, firstToken: .seconds(7)).firstToken == .seconds(7))
        facts.deadlines.firstToken = .seconds(3)
        facts.deadlines.idle = .seconds(4)
        facts.deadlines.total = .seconds(5)
        #expect(
            table.deadlines(of: facts, firstToken: .seconds(7))
                == CallDeadlines(firstToken: .seconds(3), idle: .seconds(4), total: .seconds(5)))
    }

    @Test func `a model's class can be said`() {
        var facts = ModelFacts(id: "m", capabilities: ["chat"])
        facts.deadlines.modelClass = .reasoning
        #expect(DeadlineTable().deadlines(of: facts) == DeadlineTable().reasoning)
    }

    @Test func `a call has the deadlines of its model's class`() async throws {
        let thinker = ModelFacts(id: "m", capabilities: ["chat", "reasoning"])
        let provider = FakeProvider("fake", models: [thinker])
        let fixture = HubFixture([provider]) { $0.requestTimeout = .seconds(1000) }
        _ = try await fixture.answer()
        #expect(provider.calls.map(\.deadlines) == [DeadlineTable().reasoning])
    }

    @Test func `no call outlasts its request`() async throws {
        let provider = FakeProvider("fake", models: [ModelFacts(id: "m", capabilities: ["chat", "reasoning"])])
        let fixture = HubFixture([provider]) { $0.requestTimeout = .seconds(20) }
        _ = try await fixture.answer()
        #expect(provider.calls.map(\.deadlines.total) == [.seconds(20)])
    }
}
