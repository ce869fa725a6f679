/// Brings a database to the schema that this version of the hub knows.
enum Migrator {
    /// In one transaction, under a lock: of several hubs that start at once the first one migrates, and the others find it done.
    ///
    /// Throws for a schema of a newer hub, which this one would damage.
    /// - Parameter now: seconds since 1970.
    static func run(
        _ migrations: [Migration] = Migration.all, on connection: any SQLConnection, now: Int64
    ) throws(StoreError) {
        try connection.beginMigration()
        try connection.finishing { () throws(StoreError) in
            try connection.script(
                """
                CREATE TABLE IF NOT EXISTS hub_migrations (number BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL)
                """)
            let row = try connection.rows("SELECT COALESCE(MAX(number), 0) FROM hub_migrations", []).first
            let current = try row?.integer(0) ?? 0
            let newest = migrations.last?.number ?? 0
            guard current <= newest else {
                throw .refused(
                    "its schema is version \(current) and this hub knows \(newest): it belongs to a newer version of the hub"
                )
            }
            for migration in migrations where migration.number > current {
                try connection.script(connection.dialect == .sqlite ? migration.sqlite : migration.postgres)
                _ = try connection.change(
                    "INSERT INTO hub_migrations (number, applied_at) VALUES ($1, $2)",
                    [.integer(migration.number), .integer(now)])
            }
        }
    }
}
