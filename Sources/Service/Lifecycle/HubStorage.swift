internal import HubCore
internal import Store
internal import Wire

/// What the hub keeps across restarts: its database and what is in it.
struct HubStorage: Sendable {
    let database: Database
    let responses: StoredResponses
    let files: StoredFiles
    let batches: StoredBatches
    let idempotency: IdempotentAnswers
    /// Nil if no rows are to be kept.
    let ledger: JournaledLedger?

    /// Opens the database and brings its schema up to date. Blocks.
    /// - Parameter reactors: how many call providers.
    init(
        _ hub: HubConfiguration, reactors: Int, clock: any TimeSource, logger: Logger
    ) throws(HubService.StartFailure) {
        let (configuration, limits) = (hub.storage, hub.batches)
        let url = configuration.databaseURL
        guard let location = DatabaseLocation(url: url.text) else {
            throw HubService.StartFailure(description: "database_url \(url) names no database")
        }
        do throws(StoreError) {
            let configured = configuration.encryptionKey.flatMap { EncryptionKey(base64: $0.reveal()) }
            let (keys, madeFile) = try Keyring.keys(for: location, configured: configured)
            if let madeFile { logger.log(.info, "encryption_key.made", ("file", madeFile)) }
            database = try Database(location, clock: clock) { error in
                logger.log(.error, "store.failed", ("reason", error.message))
            }
            responses = StoredResponses(database, keys: keys, maximumBytes: configuration.maximumResponseBytes)
            let bounds = StoredFiles.Bounds(
                maximumBytes: limits.maximumFileBytes, maximumFiles: limits.maximumFiles)
            files = StoredFiles(database, keys: keys, bounds: bounds)
            batches = StoredBatches(database, keys: keys)
            idempotency = IdempotentAnswers(
                database, keys: keys, name: Self.processName(clock),
                maximumBytes: configuration.maximumIdempotencyBytes)
        } catch {
            throw HubService.StartFailure(
                description: "the database \(url) cannot be used: \(error.message); DATABASE_URL names another")
        }
        do throws(StoreError) {
            ledger = try Self.ledger(hub.ledger, database, reactors, logger)
        } catch {
            throw HubService.StartFailure(description: "\(error.message); ledger_directory names another")
        }
    }

    /// Unlike any other process's, here or elsewhere.
    private static func processName(_ clock: any TimeSource) -> String {
        var system = SystemRandomNumberGenerator()
        var random = RandomSource(seed: system.next())
        return Identifier("hub_", clock: clock, random: &random).text
    }

    private static func ledger(
        _ configuration: LedgerConfiguration, _ database: Database, _ reactors: Int, _ logger: Logger
    ) throws(StoreError) -> JournaledLedger? {
        guard configuration.isEnabled else { return nil }
        var folder = configuration.directory
        if folder == nil, case .file(let path) = database.location { folder = "\(path)-ledger" }
        var random = SystemRandomNumberGenerator()
        return try JournaledLedger(
            database, folder: folder, shards: reactors, maximumBytes: configuration.maximumJournalBytes,
            random: &random
        ) { logger.log($0) }
    }
}
