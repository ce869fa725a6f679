import Reactor
import Redis
import TestSupport
import Testing

/// A server that freezes, dies, fills up or dawdles.
@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct RedisFaultTests {
    private static func quick(_ options: inout RedisOptions) {
        options.operationTimeout = .milliseconds(100)
        options.connectTimeout = .milliseconds(300)
        options.stallTimeout = .milliseconds(300)
        options.breaker.probeInterval = .milliseconds(20)
    }

    /// The longest of so many calls in a row, and how they ended.
    private static func calls(_ fixture: ClientFixture, _ count: Int) async throws -> (longest: Duration, [RedisError?])
    {
        var longest = Duration.zero
        var errors: [RedisError?] = []
        for _ in 0..<count {
            let start = MonotonicTime.now
            errors.append(try await fixture.failure(of: "GET", "key"))
            longest = max(longest, MonotonicTime.now.since(start))
        }
        return (longest, errors)
    }

    @Test func `a frozen server costs five deadlines, then nothing, and is used again once it thaws`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(
                server,
                {
                    Self.quick(&$0)
                    $0.stallTimeout = .seconds(60)
                }
            ) { fixture async throws in
                try await fixture.run("SET", "key", "value")
                server.freeze()
                let (longest, errors) = try await Self.calls(fixture, 5)
                #expect(errors.allSatisfy { $0 == .timedOut })
                #expect(longest >= .milliseconds(100))
                let (_, later) = try await Self.calls(fixture, 1000)
                #expect(later.allSatisfy { $0 == .unavailable })
                server.thaw()
                try await fixture.becomesHealthy()
                #expect(try await fixture.run("GET", "key") == .bytes(Array("value".utf8)))
            }
        }
    }

    @Test func `a server whose every reply is slow is asked no more`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(
                server,
                {
                    $0.breaker.slowReply = .nanoseconds(1)
                    $0.breaker.slowPeriod = .zero
                }
            ) { fixture async throws in
                for _ in 0..<5 { _ = try? await fixture.run("GET", "key") }
                #expect(!fixture.client.isHealthy)
                #expect(try await fixture.failure(of: "GET", "key") == .unavailable)
                #expect(fixture.events.all.contains { "\($0)".contains("every reply takes longer") })
            }
        }
    }

    @Test func `a reply that waited for a busy reactor is not slow`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(
                server,
                {
                    $0.breaker.slowReply = .milliseconds(50)
                    $0.breaker.slowPeriod = .zero
                }
            ) { fixture async throws in
                let reactor = fixture.reactors.reactors[0]
                for _ in 0..<10 {
                    async let reply = fixture.run("PING")
                    reactor.submit {
                        let end = MonotonicTime.now + .milliseconds(60)
                        while MonotonicTime.now < end {}
                    }
                    #expect(try await reply == .status("PONG"))
                }
                #expect(fixture.client.isHealthy)
            }
        }
    }

    @Test func `a server frozen for long is connected to anew`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server, Self.quick) { fixture async throws in
                try await fixture.run("SET", "key", "value")
                server.freeze()
                // It is told of as frozen, and once more when the connection is given up.
                _ = try await Self.calls(fixture, 6)
                let accepted = MonotonicTime.now + .milliseconds(700)
                try await eventually("the connection was given up") { MonotonicTime.now > accepted }
                server.thaw()
                try await fixture.becomesHealthy()
                #expect(try await fixture.run("GET", "key") == .bytes(Array("value".utf8)))
                // Two of this test's own, and at least two of the client.
                #expect(try Self.connections(server) > 3)
            }
        }
    }

    @Test func `replies that come too late are not taken for those of later commands`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(
                server,
                {
                    $0.operationTimeout = .milliseconds(50)
                    $0.stallTimeout = .seconds(60)
                    $0.breaker.failures = 1000
                }
            ) { fixture async throws in
                try await fixture.becomesHealthy()
                server.freeze()
                for number in 0..<10 {
                    #expect(try await fixture.failure(of: "ECHO", "late \(number)") == .timedOut)
                }
                server.thaw()
                try await eventually("the server answers") { try await fixture.failure(of: "ECHO", "now") == nil }
                for number in 0..<10 {
                    #expect(try await fixture.run("ECHO", "\(number)") == .bytes(Array("\(number)".utf8)))
                }
            }
        }
    }

    @Test func `a server that was killed is refused at once and used again once it is back`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server, reactors: 2, Self.quick) { fixture async throws in
                try await fixture.run("SET", "key", "value")
                try await fixture.becomesHealthy()
                server.stop()
                try await fixture.becomesUnhealthy()
                let (_, errors) = try await Self.calls(fixture, 1000)
                #expect(errors.allSatisfy { $0 == .unavailable || $0 == .connectionLost })
                try await server.start()
                try await fixture.becomesHealthy()
                #expect(try await fixture.run("GET", "key") == .null)
            }
        }
    }

    @Test func `what an operator reads does not grow with the traffic`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server, reactors: 2, Self.quick) { fixture async throws in
                try await fixture.run("SET", "key", "value")
                try await fixture.becomesHealthy()
                for _ in 0..<3 {
                    server.stop()
                    try await fixture.becomesUnhealthy()
                    _ = try await Self.calls(fixture, 2000)
                    try await server.start()
                    try await fixture.becomesHealthy()
                }
                // Available, failing, unavailable, available.
                #expect(fixture.events.all.count <= 4)
            }
        }
    }

    @Test func `a full server still reads, and refuses to write without being taken for broken`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server) { fixture async throws in
                try await fixture.run("SET", "key", "value")
                try server.run("CONFIG", "SET", "maxmemory", "1")
                for _ in 0..<20 {
                    guard case .server(let error) = try await fixture.failure(of: "SET", "other", "value") else {
                        Issue.record("it was written")
                        return
                    }
                    #expect(error.code == "OOM")
                }
                #expect(try await fixture.run("GET", "key") == .bytes(Array("value".utf8)))
                #expect(fixture.client.isHealthy)
                try server.run("CONFIG", "SET", "maxmemory", "0")
                try await fixture.run("SET", "other", "value")
            }
        }
    }

    @Test func `a server that has become a replica is connected to anew, where its name leads now`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server) { fixture async throws in
                try await fixture.run("SET", "key", "value")
                let before = try Self.connections(server)
                try server.run("REPLICAOF", "127.0.0.1", "1")
                for _ in 0..<10 { #expect(try await fixture.failure(of: "SET", "key", "other") != nil) }
                try server.run("REPLICAOF", "NO", "ONE")
                try await eventually("it is written again") {
                    try await fixture.failure(of: "SET", "key", "other") == nil
                }
                // One of the client, the rest are this test's own.
                #expect(try Self.connections(server) == before + 4)
            }
        }
    }

    private static func connections(_ server: RedisServer) throws -> Int {
        let line = try server.run("INFO", "stats").split(separator: "\r\n")
            .first { $0.hasPrefix("total_connections_received:") }
        return Int(line?.split(separator: ":").last ?? "") ?? 0
    }

    @Test func `a server that sleeps is left alone until it is awake`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server, Self.quick) { fixture async throws in
                try await fixture.run("SET", "key", "value")
                fixture.client.start(RedisCommand("DEBUG", Array("SLEEP".utf8), Array("1".utf8)))
                let (_, errors) = try await Self.calls(fixture, 100)
                #expect(errors.contains(.timedOut))
                #expect(errors.filter { $0 == .timedOut }.count <= 5)
                try await fixture.becomesHealthy()
                #expect(try await fixture.run("GET", "key") == .bytes(Array("value".utf8)))
            }
        }
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "+PONG\r\n+PONG\r\n+PONG\r\n", "*9999999\r\n"])
    func `a peer that does not speak the protocol is no server`(greeting: String) async throws {
        let listener = try Listener(SocketAddress(high: 0, low: 0xffff_7f00_0001, port: 0), isFirst: true)
        defer { listener.closeDescriptor() }
        let reactors = try ReactorGroup(count: 1)
        let server = HostileServer(listener, greeting: Array(greeting.utf8), reactor: reactors.reactors[0])
        await server.start()
        let address = RedisAddress(host: "127.0.0.1", port: listener.address.port)
        let events = Events()
        let client = RedisClient(reactors: reactors, options: RedisOptions(address: address)) { events.append($0) }
        try await eventually("the peer is given up") {
            events.all.contains { if case .unavailable = $0 { true } else { false } }
        }
        await client.shutDown()
        await server.stop()
        reactors.stop()
    }
}

/// Accepts connections and sends each the same bytes.
///
/// `@unchecked Sendable`: used on its reactor only.
private final class HostileServer: DescriptorHandler, @unchecked Sendable {
    private let listener: Listener
    private let greeting: [UInt8]
    private let reactor: Reactor
    private var transports: [StreamTransport] = []

    init(_ listener: Listener, greeting: [UInt8], reactor: Reactor) {
        self.listener = listener
        self.greeting = greeting
        self.reactor = reactor
    }

    func start() async {
        await onReactor { [self] in try? reactor.watch(listener.descriptor, for: .read, handler: self) }
    }

    func stop() async {
        await onReactor { [self] in
            reactor.unwatch(listener.descriptor)
            for transport in transports { transport.close() }
        }
    }

    func descriptorReady(_ events: DescriptorEvents) {
        while case .connection(let descriptor, _) = listener.accept() {
            guard let transport = try? StreamTransport(descriptor: descriptor) else { continue }
            _ = greeting.withUnsafeBytes { transport.write($0) }
            transports.append(transport)
        }
    }

    private func onReactor(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            reactor.submit {
                work()
                continuation.resume()
            }
        }
    }
}
