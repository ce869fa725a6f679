import TestSupport
import Testing

@testable import Service

struct FaultSurveyTests {
    @Test func `a survey stands in for variables that are not set`() throws {
        let names = ["SURVEY_KEY", "SURVEY_PORT", "SURVEY_URL", "SURVEY_ADMIN"]
        try withTemporaryFolder { folder in
            let survey = try Self.survey(
                """
                port: ${SURVEY_PORT}
                hub_admin_key: ref:env:SURVEY_ADMIN
                providers:
                  - provider_id: first
                    config: {base_url: "${SURVEY_URL}", api_key: "${SURVEY_KEY}"}
                """, in: folder)
            for name in names {
                #expect(survey.remarks.contains { $0.hasPrefix("\(name) is not set: ") }, "\(survey.remarks)")
            }
            #expect(survey.models == ["first/x"])
        }
    }

    @Test func `a survey takes variables that are set`() throws {
        try withTemporaryFolder { folder in
            let survey = try Self.survey(
                "default_provider: ${SURVEY_DEFAULT}", in: folder, environment: ["SURVEY_DEFAULT": "openai"])
            #expect(survey.models == ["openai/x"])
            #expect(!survey.remarks.contains { $0.contains("SURVEY_DEFAULT") })
        }
    }

    @Test func `a survey writes no file`() async throws {
        try await withTemporaryFolder { folder in
            let survey = try Self.survey(
                """
                database_url: "sqlite:\(folder)/hub.db"
                ledger_directory: "\(folder)/ledger"
                providers: [{provider_id: first, config: {base_url: "http://127.0.0.1:9"}}]
                """, in: folder)
            // The default is a file beside the process.
            func files() -> [[String]] {
                [TestFile.names(in: folder), TestFile.names(in: ".").filter { $0.hasPrefix("hub.db") }]
            }
            let before = files()
            let row = try #require(survey.rows.first { $0.id == "S16" })
            let outcomes = try await row.outcomes("first/x")
            #expect(outcomes.allSatisfy { !$0.outcome.isBroken }, "\(outcomes)")
            #expect(files() == before)
        }
    }

    @Test func `a survey has all cases of the catalogue`() throws {
        try withTemporaryFolder { folder in
            let survey = try Self.survey("rescue_streams: true", in: folder)
            #expect(Set(survey.rows.map(\.id)).sorted() == FaultCatalogue.ids)
        }
    }

    @Test func `in a survey another provider refuses to go on with a stream`() async throws {
        try await withTemporaryFolder { folder in
            let survey = try Self.survey(
                """
                rescue_streams: true
                providers:
                  - {provider_id: first, config: {base_url: "http://127.0.0.1:9", models: [{id: one}]}}
                  - {provider_id: second, config: {base_url: "http://127.0.0.1:9", models: [{id: one}]}}
                routes: [{pattern: m, targets: [{provider: first, model: one}], fallbacks: [{provider: second, model: one}]}]
                """, in: folder)
            let fault = try #require(FaultCatalogue.cases.first { $0.id == "S14" })
            let calls = try await SurveyHub.run(
                survey.configuration, first: fault.first, others: fault.second, continuesTexts: true
            ) { hub in
                let outcome = try hub.outcome("m", isStream: true)
                #expect(outcome.text == "stream_interrupted")
                return hub.upstreamCalls
            }
            #expect(calls == (1, 1))
        }
    }

    private static func survey(
        _ text: String, in folder: String, environment: [String: String] = [:]
    ) throws -> FaultSurvey {
        try TestFile.write(Array(text.utf8), to: "\(folder)/hub.yaml")
        return try FaultSurvey(configuration: "\(folder)/hub.yaml", environment: environment)
    }
}
