import HubCore
import Testing

@testable import Service

struct DeadlineConfigurationTests {
    private static func table(_ text: String, _ environment: [String: String] = [:]) throws -> DeadlineTable {
        HubOptions(try ConfigurationFixture.file("port: 0\n" + text, environment: environment).load()).deadlines
    }

    @Test func `without a word in the configuration each class has its own deadlines`() throws {
        #expect(try Self.table("") == DeadlineTable())
    }

    @Test func `a deadline for all models is exceeded by none`() throws {
        let table = try Self.table("provider_timeout_ms: 2000\nprovider_total_timeout_ms: 40000\n")
        #expect(table.standard.firstToken == .seconds(2))
        #expect(table.reasoning.firstToken == .seconds(2))
        #expect(table.embedding.firstToken == .seconds(2))
        #expect(table.reasoning.total == .seconds(40))
        #expect(table.embedding.total == .seconds(30))
        #expect(table.reasoning.idle == DeadlineTable().reasoning.idle)
    }

    @Test func `one given by a variable counts as given, also where it is the default`() throws {
        let table = try Self.table("", ["STREAM_IDLE_TIMEOUT_MS": "60000"])
        #expect(table.reasoning.idle == .seconds(60))
    }

    @Test func `a class's own deadline holds whatever is said of all`() throws {
        let table = try Self.table(
            """
            provider_timeout_ms: 2000
            reasoning_timeout_ms: 90000
            reasoning_idle_timeout_ms: 91000
            reasoning_total_timeout_ms: 92000
            embedding_timeout_ms: 5000
            """)
        #expect(
            table.reasoning == CallDeadlines(firstToken: .seconds(90), idle: .seconds(91), total: .seconds(92)))
        #expect(table.embedding.total == .seconds(5))
        #expect(table.standard.firstToken == .seconds(2))
    }

    @Test func `a configured model has its class and its deadlines`() throws {
        let loaded = try ConfigurationFixture.file(
            """
            providers:
              - provider_id: lab
                config:
                  base_url: "http://127.0.0.1:1/v1"
                  models:
                    - {id: thinker, class: reasoning, timeout_ms: 1000, idle_timeout_ms: 2000, total_timeout_ms: 3000}
            """
        ).load()
        let model = try #require(loaded.providers.first { $0.id == "lab" }?.connection.models.first)
        let deadlines = ModelFacts(model).deadlines
        #expect(deadlines.modelClass == .reasoning)
        #expect(
            DeadlineTable().deadlines(of: ModelFacts(model))
                == CallDeadlines(firstToken: .seconds(1), idle: .seconds(2), total: .seconds(3)))
    }

    @Test func `a class that does not exist is refused`() throws {
        let mistakes = try ConfigurationFixture.file(
            """
            providers:
              - provider_id: lab
                config:
                  base_url: "http://127.0.0.1:1/v1"
                  models: [{id: thinker, class: slow}]
            """
        ).mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains("one of standard, reasoning, embedding") == true)
    }
}
