/// A step from one version of the schema to the next. Once released it does not change any more.
struct Migration: Sendable {
    /// One more than the step before.
    var number: Int64
    var sqlite: StaticString
    var postgres: StaticString
}

extension Migration {
    /// In order. Names begin with `hub_`, for a database of PostgreSQL may hold others.
    static let all = [
        Migration(
            number: 1,
            sqlite: """
                CREATE TABLE hub_responses (
                    tenant TEXT NOT NULL,
                    id TEXT NOT NULL,
                    expires_at INTEGER NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BLOB NOT NULL,
                    byte_count INTEGER NOT NULL,
                    PRIMARY KEY (tenant, id)
                ) STRICT;
                CREATE INDEX hub_responses_by_age ON hub_responses (expires_at, byte_count, key_id);
                """,
            postgres: """
                CREATE TABLE hub_responses (
                    tenant TEXT NOT NULL,
                    id TEXT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BYTEA NOT NULL,
                    byte_count BIGINT NOT NULL,
                    PRIMARY KEY (tenant, id)
                );
                ALTER TABLE hub_responses ALTER COLUMN sealed SET STORAGE EXTERNAL;
                CREATE INDEX hub_responses_by_age ON hub_responses (expires_at, byte_count, key_id);
                """)
    ]
}
