internal import Glibc
public import Reactor

/// A redis-server of a test's own, on a free port of the loopback, that keeps nothing.
public final class RedisServer {
    /// Nil where it is not installed.
    public static let path: String? = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].first { (path: String) in
        access(path, X_OK) == 0
    }
    public static let isHere = path != nil
    public static let isMissing = "redis-server is not installed"

    public let port: UInt16
    /// Where other nodes of a cluster talk to it.
    public let busPort: UInt16
    private let arguments: [String]
    private var process: ChildProcess?

    /// Runs `body` with a server, which is ended afterwards.
    ///
    /// - Parameter options: of redis-server, such as `--requirepass`. `PORT`, `BUSPORT` and `NODES` stand for its own.
    public static func with(_ options: [String] = [], _ body: (RedisServer) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let server = try RedisServer(options, folder: folder)
            defer { server.stop() }
            try await server.start()
            try await body(server)
        }
    }

    /// Runs `body` with several at once.
    public static func with(
        count: Int, _ options: [String], _ body: ([RedisServer]) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let servers = try (0..<count).map { _ in try RedisServer(options, folder: folder) }
            defer { for server in servers { server.stop() } }
            for server in servers { try await server.start() }
            try await body(servers)
        }
    }

    private init(_ options: [String], folder: String) throws {
        let ports = try Self.freePorts()
        (port, busPort) = ports
        var arguments = [
            Self.path ?? "redis-server", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder,
            "--enable-debug-command", "yes",
        ]
        if !options.contains("--port") { arguments += ["--port", "\(port)"] }
        arguments += options.map { option in
            switch option {
            case "PORT": "\(ports.0)"
            case "BUSPORT": "\(ports.1)"
            case "NODES": "nodes-\(ports.0).conf"
            default: option
            }
        }
        self.arguments = arguments
    }

    public var address: SocketAddress { SocketAddress(high: 0, low: 0xffff_7f00_0001, port: port) }

    /// Starts it, for the first time or again, and waits until it listens.
    public func start() async throws {
        process = try ChildProcess(arguments)
        try await eventually("redis-server listens on port \(port)") {
            (try? SocketClient(connectingTo: address)) != nil
        }
    }

    /// Ends it at once, even if it is frozen.
    public func stop() {
        process?.send(signal: SIGKILL)
        process?.waitForExit()
        process = nil
    }

    /// It keeps its connections and answers nothing.
    public func freeze() { process?.send(signal: SIGSTOP) }
    public func thaw() { process?.send(signal: SIGCONT) }

    /// Sends a command on a connection of its own, and returns the reply as it came, strings and arrays joined by spaces.
    @discardableResult
    public func run(_ words: String...) throws -> String {
        let client = try SocketClient(connectingTo: address)
        var request = "*\(words.count)\r\n"
        for word in words { request += "$\(word.utf8.count)\r\n\(word)\r\n" }
        try client.send(request)
        return try Self.reply(client)
    }

    private static func reply(_ client: SocketClient) throws -> String {
        let line = String(decoding: try client.receive(until: "\r\n").dropLast(2), as: UTF8.self)
        let rest = String(line.dropFirst())
        switch line.first {
        case "$":
            guard let count = Int(rest), count >= 0 else { return "" }
            return String(decoding: try client.receive(count: count + 2).dropLast(2), as: UTF8.self)
        case "*":
            return try (0..<max(0, Int(rest) ?? 0)).map { _ in try reply(client) }.joined(separator: " ")
        default:
            return rest
        }
    }

    private static func freePorts() throws -> (UInt16, UInt16) {
        let listeners = try (0..<2).map { _ in
            try Listener(SocketAddress(high: 0, low: 0xffff_7f00_0001, port: 0), isFirst: true)
        }
        defer { for listener in listeners { listener.closeDescriptor() } }
        return (listeners[0].address.port, listeners[1].address.port)
    }
}
