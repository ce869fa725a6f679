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
                """),
        Migration(
            number: 2,
            sqlite: """
                CREATE TABLE hub_files (
                    tenant TEXT NOT NULL,
                    id TEXT NOT NULL,
                    is_ready INTEGER NOT NULL,
                    purpose TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    byte_count INTEGER NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BLOB NOT NULL,
                    PRIMARY KEY (tenant, id)
                ) STRICT;
                CREATE INDEX hub_files_by_age ON hub_files (expires_at);
                CREATE TABLE hub_file_pieces (
                    tenant TEXT NOT NULL,
                    file_id TEXT NOT NULL,
                    position INTEGER NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BLOB NOT NULL,
                    PRIMARY KEY (tenant, file_id, position)
                ) STRICT;
                CREATE TABLE hub_batches (
                    tenant TEXT NOT NULL,
                    id TEXT NOT NULL,
                    status TEXT NOT NULL,
                    is_final INTEGER NOT NULL,
                    version INTEGER NOT NULL,
                    input_file_id TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    owner TEXT,
                    owned_until INTEGER NOT NULL,
                    total INTEGER NOT NULL,
                    completed INTEGER NOT NULL,
                    failed INTEGER NOT NULL,
                    result_bytes INTEGER NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BLOB NOT NULL,
                    PRIMARY KEY (tenant, id)
                ) STRICT;
                CREATE INDEX hub_batches_to_do ON hub_batches (is_final, created_at);
                CREATE TABLE hub_batch_results (
                    tenant TEXT NOT NULL,
                    batch_id TEXT NOT NULL,
                    line INTEGER NOT NULL,
                    is_error INTEGER NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BLOB NOT NULL,
                    PRIMARY KEY (tenant, batch_id, line)
                ) STRICT;
                """,
            postgres: """
                CREATE TABLE hub_files (
                    tenant TEXT NOT NULL,
                    id TEXT COLLATE "C" NOT NULL,
                    is_ready BIGINT NOT NULL,
                    purpose TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    byte_count BIGINT NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BYTEA NOT NULL,
                    PRIMARY KEY (tenant, id)
                );
                CREATE INDEX hub_files_by_age ON hub_files (expires_at);
                CREATE TABLE hub_file_pieces (
                    tenant TEXT NOT NULL,
                    file_id TEXT COLLATE "C" NOT NULL,
                    position BIGINT NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BYTEA NOT NULL,
                    PRIMARY KEY (tenant, file_id, position)
                );
                ALTER TABLE hub_file_pieces ALTER COLUMN sealed SET STORAGE EXTERNAL;
                CREATE TABLE hub_batches (
                    tenant TEXT NOT NULL,
                    id TEXT COLLATE "C" NOT NULL,
                    status TEXT NOT NULL,
                    is_final BIGINT NOT NULL,
                    version BIGINT NOT NULL,
                    input_file_id TEXT NOT NULL,
                    created_at BIGINT NOT NULL,
                    owner TEXT,
                    owned_until BIGINT NOT NULL,
                    total BIGINT NOT NULL,
                    completed BIGINT NOT NULL,
                    failed BIGINT NOT NULL,
                    result_bytes BIGINT NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BYTEA NOT NULL,
                    PRIMARY KEY (tenant, id)
                );
                CREATE INDEX hub_batches_to_do ON hub_batches (is_final, created_at);
                CREATE TABLE hub_batch_results (
                    tenant TEXT NOT NULL,
                    batch_id TEXT COLLATE "C" NOT NULL,
                    line BIGINT NOT NULL,
                    is_error BIGINT NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BYTEA NOT NULL,
                    PRIMARY KEY (tenant, batch_id, line)
                );
                ALTER TABLE hub_batch_results ALTER COLUMN sealed SET STORAGE EXTERNAL;
                """),
    ]
}
