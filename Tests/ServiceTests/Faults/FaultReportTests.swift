import Glibc
import TestSupport
import Testing

@testable import Service

/// `make faults`: the catalogue as a table, and the same faults in the configuration of a user.
@Suite(.enabled(if: getenv("HUB_FAULTS") != nil, "a table for people: make faults"))
struct FaultReportTests {
    @Test func `the hub passes its fault catalogue`() async throws {
        var passed = 0
        for fault in FaultCatalogue.cases + FaultCatalogue.rescues {
            let whole = try await FaultCatalogue.problems(of: fault, isStream: false)
            let stream = try await FaultCatalogue.problems(of: fault, isStream: true)
            passed += Self.report(fault.id, fault.title, whole: whole, stream: stream) ? 1 : 0
        }
        for fault in FaultCatalogue.sequences {
            let problems = try await fault.problems()
            passed += Self.report(fault.id, fault.title, whole: problems, stream: problems) ? 1 : 0
        }
        let all = FaultCatalogue.cases.count + FaultCatalogue.rescues.count + FaultCatalogue.sequences.count
        print("\(passed)/\(all)")
        #expect(passed == all)
    }

    private static func report(_ id: String, _ title: String, whole: [String], stream: [String]) -> Bool {
        let name = title + String(repeating: " ", count: max(0, 40 - title.count))
        print(
            "\(id)  \(name)  whole \(whole.isEmpty ? "ok    " : "FAILED")  stream \(stream.isEmpty ? "ok" : "FAILED")")
        for problem in whole + stream { print("     \(problem)") }
        return whole.isEmpty && stream.isEmpty
    }

    @Test(.enabled(if: getenv("HUB_FAULTS_CONFIG") != nil, "no configuration was given"))
    func `a configuration keeps what the hub promises, whatever fails`() async throws {
        let path = try #require(getenv("HUB_FAULTS_CONFIG").map { unsafe String(cString: $0) })
        let survey = try FaultSurvey(configuration: path)
        var broken = 0
        for model in survey.models {
            print("\n\(model)")
            for fault in FaultCatalogue.cases {
                let (whole, stream) = (
                    try await survey.outcome(of: fault, model: model, isStream: false),
                    try await survey.outcome(of: fault, model: model, isStream: true)
                )
                broken += [whole, stream].filter(\.isBroken).count
                let name = fault.title + String(repeating: " ", count: max(0, 40 - fault.title.count))
                print("\(fault.id)  \(name)  whole: \(whole.text)  stream: \(stream.text)")
            }
        }
        #expect(broken == 0)
    }
}
