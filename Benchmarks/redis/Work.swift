import Glibc
import Redis

/// What is asked of Redis.
struct Work: Sendable {
    enum Kind: String {
        case get, limit
    }

    private let kind: Kind
    private let client: RedisClient
    private let limiter: RedisLimiter
    private let get: RedisCommand

    private static let key = Array("redis-cost".utf8)

    init(_ kind: Kind, _ client: RedisClient) {
        self.kind = kind
        self.client = client
        limiter = RedisLimiter(client)
        get = RedisCommand("GET", key: Self.key)
    }

    func prepare() async throws {
        _ = try await client.send(RedisCommand("SET", key: Self.key, Array(repeating: 120, count: 1024)))
        try await call(0)
    }

    func call(_ caller: Int) async throws {
        switch kind {
        case .get: _ = try await client.send(get)
        case .limit: _ = try await limiter.take(Self.limits(caller), lease: [])
        }
    }

    /// Requests and tokens of a key.
    private static func limits(_ caller: Int) -> [RedisLimit] {
        let name = "llm:{limits}:\(caller)"
        return [
            RedisLimit(key: Array("\(name):requests".utf8), rule: .tokenBucket(capacity: 100, perSecond: 1000)),
            RedisLimit(
                key: Array("\(name):tokens".utf8), rule: .fixedWindow(1_000_000_000, .seconds(60)), cost: 500),
        ]
    }

    /// Of this process, in all threads.
    static var processorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
