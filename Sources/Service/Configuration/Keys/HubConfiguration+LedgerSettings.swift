extension HubConfiguration {
    static let ledgerSettings: [Setting<HubConfiguration>] = [
        .value(
            "ledger_enabled", \.ledger.isEnabled, .boolean,
            "Keeps a row in the database of each call to a provider: who, what, when, tokens and cost."
        ).fixedAtStart,
        .optional(
            "ledger_directory", \.ledger.directory, .text(),
            "Where rows are until the database has them, so that a hub that is killed loses none: a local directory, "
                + "best on tmpfs, where no page waits for a disk. Default: `FILE-ledger` beside a SQLite file; "
                + "with PostgreSQL they are in memory, and what is killed loses up to a quarter "
                + "of a second of them, or what a database that is away has not taken."
        ).fixedAtStart,
        .value(
            "ledger_journal_max_bytes", \.ledger.maximumJournalBytes,
            .integer(1 << 20...1 << 40, unit: "bytes"),
            "Rows that wait for a database that is away, in at least 4 MiB per reactor; rows of calls that begin when it is full "
                + "are dropped and counted."
        ).fixedAtStart,
        .value(
            "ledger_simulated", \.ledger.hasSimulatedCalls, .boolean,
            "Keeps rows of calls to the simulated provider, too, which calls nobody."
        ),
    ]
}
