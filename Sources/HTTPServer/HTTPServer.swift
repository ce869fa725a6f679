public import Reactor

/// An HTTP/1.1 server on every reactor of a group.
public final class HTTPServer: Sendable {
    private let shards: [HTTPServerShard]
    private let limiter: ConnectionLimiter
    private let tls: TLSSource

    /// - Parameter tls: nil serves plain HTTP.
    public init(
        reactors: ReactorGroup, configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
        tls: TLSContext? = nil, handler: any HTTPHandler
    ) {
        let limiter = ConnectionLimiter(
            maximum: configuration.maximumConnections, maximumPerAddress: configuration.maximumConnectionsPerAddress)
        self.limiter = limiter
        self.tls = TLSSource(tls)
        shards = reactors.reactors.map {
            HTTPServerShard(reactor: $0, configuration: configuration, handler: handler, limiter: limiter)
        }
    }

    /// Listens on every reactor. Returns the address with the port that was chosen, if `address` had port 0.
    public func listen(on address: SocketAddress) throws(SystemError) -> SocketAddress {
        var listeners: [Listener] = []
        var bound = address
        do throws(SystemError) {
            for _ in shards {
                let listener = try Listener(bound, isFirst: listeners.isEmpty)
                bound = listener.address
                listeners.append(listener)
            }
        } catch {
            for listener in listeners { listener.closeDescriptor() }
            throw error
        }
        for (shard, listener) in zip(shards, listeners) {
            let tls = tls
            shard.reactor.submit { shard.listen(listener, tls: tls) }
        }
        return bound
    }

    /// Open connections, over all reactors.
    public var connectionCount: Int { limiter.count }

    /// New connections get this certificate; those that exist keep theirs.
    public func replaceCertificate(_ context: TLSContext) {
        tls.replace(context)
    }

    /// Refuses new connections from now on; those that exist go on, with `Connection: close` in their answers.
    public func stopAccepting() async {
        for shard in shards { await shard.stopAccepting() }
    }

    /// Stops accepting, answers what is under way with `Connection: close`, and closes what is left after `limit`.
    public func drain(within limit: Duration) async {
        let deadline = MonotonicTime.now + limit
        await withTaskGroup { group in
            for shard in shards { group.addTask { await shard.drain(until: deadline) } }
        }
    }
}
