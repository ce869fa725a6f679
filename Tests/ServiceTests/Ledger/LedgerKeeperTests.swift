import Testing

@testable import Service

struct LedgerKeeperTests {
    @Test(arguments: [
        (0, 0.0, 250), (0, 0.9, 250), (1, 0.0, 250), (1, 1.0, 500), (3, 1.0, 2000), (5, 1.0, 8000), (60, 1.0, 8000),
        (60, 0.0, 4000),
    ])
    func `the longer a database is away the longer are the pauses, up to a bound and never all alike`(
        failures: Int, chance: Double, milliseconds: Int
    ) {
        #expect(LedgerKeeper.pause(after: failures, chance: chance) == .milliseconds(milliseconds))
    }
}
