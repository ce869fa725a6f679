internal import HubCore
internal import Redis

/// The cache that replicas share: contract 13.8. A look-up is one round trip, and everything else happens behind the answer.
///
/// What is to be found by target or tenant is in an index per target and tenant: sorted sets of keys, by the time at which
/// they end.
struct RedisCache: CacheStrategy {
    let client: RedisClient

    init(_ client: RedisClient) {
        self.client = client
    }

    func answer(for key: CacheKey) async -> [UInt8]? {
        try? await client.send(RedisCommand("GET", key: key.bytes)).bytes
    }

    func store(_ encoded: [UInt8], for key: CacheKey, tags: CacheTags, lifetime: Duration) {
        let seconds = Array("\(max(1, lifetime.components.seconds))".utf8)
        client.start(RedisCommand("SETEX", key: key.bytes, seconds, encoded))
        client.start(RedisCommand("SADD", key: Self.targets, Array(tags.target.utf8)))
        for index in [Self.index(target: tags.target), Self.index(tenant: tags.tenant)] {
            client.start(Self.note, keys: [index], arguments: [key.bytes, seconds])
        }
    }

    func purge(_ selection: CacheSelection) {
        switch selection {
        case .key(let key): client.start(RedisCommand("UNLINK", key: key.bytes))
        case .target(let target): purge(Self.index(target: target))
        case .tenant(let tenant): purge(Self.index(tenant: tenant))
        case .all:
            // Each answer is of a target.
            client.start(RedisCommand("SMEMBERS", key: Self.targets)) { outcome in
                guard case .success(let reply) = outcome else { return }
                for target in reply.array ?? [] { purge(Self.index(target: target.text ?? "")) }
            }
        }
    }

    /// Batch after batch, so that no command takes long.
    private func purge(_ index: [UInt8]) {
        client.start(Self.take, keys: [index], arguments: []) { outcome in
            guard case .success(let reply) = outcome, let keys = reply.array, !keys.isEmpty else { return }
            for key in keys.compactMap(\.bytes) { client.start(RedisCommand("UNLINK", key: key)) }
            purge(index)
        }
    }

    // MARK: Names

    private static let targets = Array("llm:cache:targets".utf8)
    private static func index(target: String) -> [UInt8] { Array("llm:cache:target:\(target)".utf8) }
    private static func index(tenant: String) -> [UInt8] { Array("llm:cache:tenant:\(tenant)".utf8) }

    /// Notes a key in an index, drops those that have ended, and lets the index end with its last.
    private static let note = RedisScript(
        """
        local now = tonumber(redis.call('TIME')[1])
        redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
        redis.call('EXPIREAT', KEYS[1], redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2])
        return 1
        """)

    /// Takes some keys out of an index.
    private static let take = RedisScript(
        """
        local keys = redis.call('ZRANGE', KEYS[1], 0, 499)
        if #keys > 0 then redis.call('ZREM', KEYS[1], unpack(keys)) end
        return keys
        """)
}

extension CacheKey {
    /// Where the answer is kept.
    var bytes: [UInt8] { Array(sharedName.utf8) }
}
