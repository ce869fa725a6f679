internal import Glibc
internal import Synchronization

/// A server of PostgreSQL for the tests of one process, reached through a socket in a folder of its own. It ends, and the folder
/// goes, with the process that started it, however that ends.
public final class PostgresServer: Sendable {
    public static let isMissing = "PostgreSQL is not installed: Debian package postgresql"
    private static let programs: String? = TestFile.names(in: "/usr/lib/postgresql").compactMap { version in
        let folder = "/usr/lib/postgresql/\(version)/bin"
        return access("\(folder)/initdb", X_OK) == 0 ? folder : nil
    }.last
    public static let isHere = programs != nil

    /// Started once: it takes seconds.
    public static let shared = Result { try PostgresServer() }

    /// PostgreSQL refuses to run as root. The shell stays behind until its input ends, and clears up.
    private static let script = """
        set -e
        as=""
        if [ "$(id -u)" = 0 ]; then as="setpriv --reuid=postgres --regid=postgres --clear-groups --"; fi
        folder=$(mktemp -d /tmp/hub-postgres-XXXXXX)
        trap 'rm -rf --one-file-system "$folder"' EXIT
        if [ -n "$as" ]; then chown postgres "$folder"; fi
        cd "$folder"
        $as "$1/initdb" -D "$folder/data" -U hub --auth=trust -E UTF8 --locale=C --no-sync >/dev/null
        $as "$1/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off >/dev/null 2>&1 &
        server=$!
        until "$1/pg_isready" -q -h "$folder" -U hub; do kill -0 "$server"; sleep 0.05; done
        echo "$folder"
        read -r _ || true
        kill -INT "$server"
        wait "$server" || true
        """

    private let folder: String
    private let programs: String
    /// The shell's input.
    private let lifeline: Int32
    private let count = Mutex(0)

    private init() throws {
        guard let programs = Self.programs else { throw SocketFailure(Self.isMissing) }
        var input: [Int32] = [0, 0]
        var output: [Int32] = [0, 0]
        guard pipe(&input) == 0, pipe(&output) == 0 else { throw SocketFailure("no pipes for PostgreSQL") }
        // Another child that held the lifeline would keep the server alive.
        for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = try ChildProcess(
            ["/bin/sh", "-c", Self.script, "postgres", programs], environment: ["PATH=/usr/bin:/bin"],
            input: input[0], output: output[1])
        close(input[0])
        close(output[1])
        defer { close(output[0]) }
        lifeline = input[1]
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(output[0], &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        guard byte == UInt8(ascii: "\n") else { throw SocketFailure("PostgreSQL does not start") }
        folder = String(decoding: line, as: UTF8.self)
        self.programs = programs
    }

    /// The URL of a new database that nobody else uses.
    public func newDatabase() throws -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        try run("CREATE DATABASE test\(number)")
        return "postgres:///test\(number)?host=\(folder)&user=hub"
    }

    /// Runs a statement, as an administrator would.
    public func run(_ statement: String, in database: String = "postgres") throws {
        let arguments = [
            "\(programs)/psql", "-h", folder, "-U", "hub", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement,
        ]
        guard try ChildProcess(arguments + [database]).waitForExit() == 0 else {
            throw SocketFailure("PostgreSQL refuses: \(statement)")
        }
    }

    /// Ends every connection to a database, and returns when their clients can see it.
    public func endConnections(to url: String) throws {
        try run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '\(Self.name(url))'")
    }

    /// Runs `body` while nobody can connect to a database.
    public func whileRefusing(_ url: String, _ body: () async throws -> Void) async throws {
        try run("ALTER DATABASE \(Self.name(url)) ALLOW_CONNECTIONS false")
        try endConnections(to: url)
        try await body()
        try run("ALTER DATABASE \(Self.name(url)) ALLOW_CONNECTIONS true")
    }

    /// Runs `body` while a process of the server does nothing.
    public static func whileStopped(_ process: Int32, _ body: () throws -> Void) rethrows {
        kill(process, SIGSTOP)
        defer { kill(process, SIGCONT) }
        try body()
    }

    private static func name(_ url: String) -> String {
        String(url.dropFirst("postgres:///".count).prefix { $0 != "?" })
    }
}
