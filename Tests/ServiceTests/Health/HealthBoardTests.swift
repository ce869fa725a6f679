import HubCore
import Testing

@testable import Service

struct HealthBoardTests {
    /// Checks as letters: `u`nhealthy, `h`ealthy. What the board tells of each: `-` no change, or the new status.
    @Test(arguments: [
        ("hh", "--"), ("uu", "--"), ("uuu", "--u"), ("uuuu", "--u-"), ("uuhuu", "-----"), ("uuhuuu", "-----u"),
        ("uuuh", "--u-"), ("uuuhh", "--u-h"), ("uuuhuh", "--u---"), ("uuuhuhh", "--u---h"), ("uuuhhuu", "--u-h--"),
        ("uuuhhuuu", "--u-h--u"),
    ])
    func `three failures in a row make a provider unhealthy, two successes in a row healthy again`(
        _ checks: String, _ changes: String
    ) {
        let board = HealthBoard()
        let told = checks.map { check in
            let health = ProviderHealth(status: check == "u" ? .unhealthy : .healthy)
            return board.record(health, of: "a", latencyNanoseconds: 1, at: 1)
        }
        #expect(told.map { $0.map { $0 == .unhealthy ? "u" : "h" } ?? "-" }.joined() == changes)
        let last = changes.last { $0 != "-" } ?? "h"
        #expect(board.state(of: "a").status == (last == "u" ? .unhealthy : .healthy))
        #expect(board.state(of: "b").status == .healthy)
    }

    @Test func `the time of a check is kept, and how long the last one that succeeded took`() {
        let board = HealthBoard()
        #expect(board.state(of: "a").checkedAt == nil)
        _ = board.record(ProviderHealth(status: .healthy), of: "a", latencyNanoseconds: 1_500_000, at: 7)
        _ = board.record(ProviderHealth(status: .unhealthy), of: "a", latencyNanoseconds: 9_000_000, at: 8)
        #expect(board.state(of: "a").latencyMilliseconds == 1.5)
        #expect(board.state(of: "a").checkedAt == 8)
    }
}
