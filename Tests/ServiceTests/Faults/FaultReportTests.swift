import Glibc
import TestSupport
import Testing

@testable import Service

/// `make faults`: the catalogue as a table, and the same faults in the configuration of a user.
@Suite(.enabled(if: getenv("HUB_FAULTS") != nil, "a table for people: make faults"))
struct FaultReportTests {
    @Test func `the hub passes its fault catalogue`() async throws {
        var tally = FaultTally()
        for fault in FaultCatalogue.cases + FaultCatalogue.rescues + FaultCatalogue.pings {
            let whole = try await FaultCatalogue.problems(of: fault, isStream: false)
            let stream = try await FaultCatalogue.problems(of: fault, isStream: true)
            Self.report(fault.id, fault.title, [("whole", whole), ("stream", stream)], &tally)
        }
        for fault in FaultCatalogue.sequences {
            Self.report(fault.id, fault.title, [(fault.form.rawValue, try await fault.problems())], &tally)
        }
        print(tally.text)
        #expect(tally.ids == FaultCatalogue.ids)
        #expect(tally.passed == FaultCatalogue.ids.count)
    }

    private static func report(
        _ id: String, _ title: String, _ runs: [(form: String, problems: [String])], _ tally: inout FaultTally
    ) {
        let results = runs.map { "\($0.form) \($0.problems.isEmpty ? "ok    " : "FAILED")" }
        print("\(id)  \(padded(title))  \(results.joined(separator: "  "))")
        let problems = runs.flatMap(\.problems)
        for problem in problems { print("     \(problem)") }
        tally.add(id, isRight: problems.isEmpty)
    }

    private static func padded(_ title: String) -> String {
        title + String(repeating: " ", count: max(0, 40 - title.count))
    }

    @Test(.enabled(if: getenv("HUB_FAULTS_CONFIG") != nil, "no configuration was given"))
    func `a configuration keeps what the hub promises, whatever fails`() async throws {
        let path = try #require(getenv("HUB_FAULTS_CONFIG").map { unsafe String(cString: $0) })
        let survey = try FaultSurvey(configuration: path, environment: ProcessEnvironment.current)
        for line in survey.remarks { print(line) }
        var tally = FaultTally()
        for model in survey.models {
            print("\n\(model)")
            for row in survey.rows {
                let outcomes = try await row.outcomes(model)
                let texts = outcomes.map { "\($0.form.rawValue): \($0.outcome.text)" }
                print("\(row.id)  \(Self.padded(row.title))  \(texts.joined(separator: "  "))")
                tally.add(row.id, isRight: !outcomes.contains { $0.outcome.isBroken })
            }
        }
        print("\n\(tally.text) keep what the hub promises")
        #expect(tally.ids == FaultCatalogue.ids)
        #expect(tally.passed == FaultCatalogue.ids.count)
    }
}
