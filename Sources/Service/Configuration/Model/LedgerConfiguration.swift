/// The rows of calls to providers.
struct LedgerConfiguration: ConfigurationGroup {
    var isEnabled = true
    /// Of the journals; nil: beside the database's file, or in memory.
    var directory: String?
    /// Of what waits for a database that is away.
    var maximumJournalBytes = 256 << 20
    /// Also of calls to the simulated provider.
    var hasSimulatedCalls = false
}
