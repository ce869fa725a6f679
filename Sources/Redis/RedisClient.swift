public import Reactor

/// Talks to a Redis server or cluster from the reactors: per reactor and server one connection, on which the commands of a
/// turn leave in one write. Connects at once, and again whenever a connection ends.
///
/// No call waits longer than the operation's deadline, and none at all for a server that is known not to answer. Tell it to
/// shut down before the reactors stop.
public final class RedisClient: Sendable {
    private let reactors: ReactorGroup
    private let shards: [RedisShard]
    private let health: RedisHealth

    /// - Parameter onEvent: told on any thread what an operator should know.
    public init(
        reactors: ReactorGroup, options: RedisOptions,
        onEvent: @escaping @Sendable (RedisEvent) -> Void = { _ in }
    ) {
        self.reactors = reactors
        let health = RedisHealth(onEvent)
        let resolver = NameResolver()
        var generator = SystemRandomNumberGenerator()
        shards = reactors.reactors.map { reactor in
            RedisShard(
                reactor: reactor, options: options, resolver: resolver, health: health, seed: generator.next())
        }
        self.health = health
        for shard in shards { shard.reactor.submit { shard.connect() } }
    }

    /// Every known server answers on every reactor.
    public var isHealthy: Bool { health.isHealthy }

    /// Sends a command and returns its reply, never `.error`. A task on one of the reactors stays there. Cancelling the task
    /// does not end the call: its deadline is near.
    public func send(_ command: RedisCommand) async throws(RedisError) -> RedisReply {
        let outcome = await withCheckedContinuation { continuation in
            start(command) { continuation.resume(returning: $0) }
        }
        return try outcome.get()
    }

    /// Sends a command without waiting for it, from any thread.
    ///
    /// - Parameter completion: called once on the reactor, possibly before this returns.
    public func start(
        _ command: RedisCommand, completion: @escaping @Sendable (Result<RedisReply, RedisError>) -> Void = { _ in }
    ) {
        let shard = shards[reactors.currentOrNext.index]
        if shard.reactor.isCurrent { return shard.start(command, completion) }
        shard.reactor.submit { shard.start(command, completion) }
    }

    /// Closes all connections. Commands under way and later ones fail with `shutDown`.
    public func shutDown() async {
        for shard in shards {
            await withCheckedContinuation { continuation in
                shard.reactor.submit {
                    shard.shutDown()
                    continuation.resume()
                }
            }
        }
    }
}
