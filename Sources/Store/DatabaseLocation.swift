/// Where the database is, as `DATABASE_URL` says it.
public enum DatabaseLocation: Sendable, Equatable {
    /// SQLite without a file: gone with the process.
    case memory
    /// A file of SQLite's; a relative path begins where the process runs.
    case file(String)
    /// A URL or connection string that libpq reads.
    case postgres(url: String)

    /// `sqlite:hub.db`, `sqlite:/var/lib/hub.db`, `sqlite:///var/lib/hub.db`, `sqlite::memory:`, `postgres://...` and
    /// `postgresql://...`; nil for anything else.
    public init?(url: String) {
        if url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") {
            self = .postgres(url: url)
            return
        }
        guard url.hasPrefix("sqlite:") else { return nil }
        var path = url.dropFirst("sqlite:".count)
        if path == ":memory:" {
            self = .memory
            return
        }
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        // What SQLite would take for options of its own is none of the hub's.
        guard !path.isEmpty, path.last != "/", !path.contains("?"), !path.hasPrefix(":") else { return nil }
        self = .file(String(path))
    }

    /// Whether several hubs are meant to use it.
    public var isShared: Bool {
        if case .postgres = self { true } else { false }
    }
}
