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
        // Moments in microseconds since 1970. Names of callers are not sealed: the table is there to be asked for them.
        Migration(
            number: 3,
            sqlite: """
                CREATE TABLE hub_ledger (
                    id INTEGER PRIMARY KEY,
                    attempt_id TEXT NOT NULL,
                    request_id TEXT NOT NULL,
                    seq INTEGER NOT NULL,
                    trace_id TEXT NOT NULL,
                    key_id TEXT,
                    user_id TEXT,
                    team_id TEXT,
                    project_id TEXT,
                    environment TEXT,
                    tags TEXT,
                    provider TEXT NOT NULL,
                    model TEXT NOT NULL,
                    served_model TEXT,
                    operation TEXT NOT NULL,
                    stream INTEGER NOT NULL,
                    started_at INTEGER NOT NULL,
                    first_token_at INTEGER,
                    ended_at INTEGER,
                    outcome TEXT NOT NULL,
                    status INTEGER,
                    error_code TEXT,
                    input_tokens INTEGER NOT NULL,
                    cache_read_tokens INTEGER NOT NULL,
                    cache_write_tokens INTEGER NOT NULL,
                    output_tokens INTEGER NOT NULL,
                    reasoning_tokens INTEGER NOT NULL,
                    usage_source TEXT NOT NULL,
                    price_id TEXT,
                    cost_nano INTEGER,
                    cost_code TEXT,
                    reserved_nano INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX hub_ledger_by_time ON hub_ledger (started_at);
                CREATE TABLE hub_ledger_journals (
                    journal TEXT PRIMARY KEY,
                    position INTEGER NOT NULL
                ) STRICT;
                """,
            postgres: """
                CREATE TABLE hub_ledger (
                    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    attempt_id TEXT NOT NULL,
                    request_id TEXT NOT NULL,
                    seq BIGINT NOT NULL,
                    trace_id TEXT NOT NULL,
                    key_id TEXT,
                    user_id TEXT,
                    team_id TEXT,
                    project_id TEXT,
                    environment TEXT,
                    tags TEXT,
                    provider TEXT NOT NULL,
                    model TEXT NOT NULL,
                    served_model TEXT,
                    operation TEXT NOT NULL,
                    stream BIGINT NOT NULL,
                    started_at BIGINT NOT NULL,
                    first_token_at BIGINT,
                    ended_at BIGINT,
                    outcome TEXT NOT NULL,
                    status BIGINT,
                    error_code TEXT,
                    input_tokens BIGINT NOT NULL,
                    cache_read_tokens BIGINT NOT NULL,
                    cache_write_tokens BIGINT NOT NULL,
                    output_tokens BIGINT NOT NULL,
                    reasoning_tokens BIGINT NOT NULL,
                    usage_source TEXT NOT NULL,
                    price_id TEXT,
                    cost_nano BIGINT,
                    cost_code TEXT,
                    reserved_nano BIGINT NOT NULL
                );
                CREATE INDEX hub_ledger_by_time ON hub_ledger (started_at);
                CREATE TABLE hub_ledger_journals (
                    journal TEXT COLLATE "C" PRIMARY KEY,
                    position BIGINT NOT NULL
                );
                """),
        // Slot and digest are hashes: what callers said is in neither.
        Migration(
            number: 4,
            sqlite: """
                CREATE TABLE hub_idempotency (
                    slot TEXT PRIMARY KEY,
                    digest TEXT NOT NULL,
                    owner TEXT NOT NULL,
                    is_answered INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BLOB NOT NULL,
                    byte_count INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX hub_idempotency_by_age ON hub_idempotency (expires_at, byte_count);
                """,
            postgres: """
                CREATE TABLE hub_idempotency (
                    slot TEXT PRIMARY KEY,
                    digest TEXT NOT NULL,
                    owner TEXT NOT NULL,
                    is_answered BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    key_id TEXT NOT NULL,
                    sealed BYTEA NOT NULL,
                    byte_count BIGINT NOT NULL
                );
                ALTER TABLE hub_idempotency ALTER COLUMN sealed SET STORAGE EXTERNAL;
                CREATE INDEX hub_idempotency_by_age ON hub_idempotency (expires_at, byte_count);
                """),
    ]
}
