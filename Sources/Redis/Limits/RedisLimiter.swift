/// Limits that all replicas keep together, in one round trip per decision.
public struct RedisLimiter: Sendable {
    /// What a call came to beyond what it took of a limit.
    public struct Settlement: Sendable, Equatable {
        public var limit: RedisLimit
        /// When it was taken: the decision's time.
        public var time: Int
        /// Negative for what it gives back.
        public var difference: Int

        public init(limit: RedisLimit, time: Int, difference: Int) {
            self.limit = limit
            self.time = time
            self.difference = difference
        }
    }

    private let client: RedisClient

    public init(_ client: RedisClient) {
        self.client = client
    }

    /// Takes the costs of all limits, or nothing if one of them has not enough left.
    ///
    /// - Parameters:
    ///   - limits: of different keys that share a hash tag.
    ///   - lease: names the call among those that are under way; the same name again renews its leases.
    public func take(_ limits: [RedisLimit], lease: [UInt8]) async throws(RedisError) -> RedisLimitDecision {
        var arguments = [lease]
        for limit in limits {
            guard limit.isSound else { throw Self.unsound }
            arguments += limit.words + [limit.cost.digits]
        }
        let reply = try await client.run(LimitScripts.take, keys: limits.map(\.key), arguments: arguments)
        guard let numbers = reply.array?.compactMap(\.integer), numbers.count == 3 + 2 * limits.count else {
            throw .server(RedisServerError("ERR the limiter's script answered something else"))
        }
        return RedisLimitDecision(numbers)
    }

    /// Books differences and ends the call's leases, in the background. What does not arrive stays as it was taken; leases
    /// end by themselves.
    public func settle(_ settlements: [Settlement], lease: [UInt8]) {
        var arguments = [lease]
        for settlement in settlements where settlement.limit.isSound {
            arguments += settlement.limit.words + [settlement.difference.digits, settlement.time.digits]
        }
        let keys = settlements.filter(\.limit.isSound).map(\.limit.key)
        if !keys.isEmpty { client.start(LimitScripts.settle, keys: keys, arguments: arguments) }
    }

    private static let unsound = RedisError.server(
        RedisServerError("ERR a limit's size, pace or cost is out of bounds"))
}

extension RedisLimitDecision {
    fileprivate init(_ numbers: [Int64]) {
        denied = numbers[0] == 0 ? nil : Int(numbers[0]) - 1
        retryAfter = numbers[1] < 0 ? nil : .microseconds(numbers[1])
        time = Int(numbers[2])
        standings = stride(from: 3, to: numbers.count, by: 2).map { row in
            Standing(remaining: Int(numbers[row]), reset: .microseconds(numbers[row + 1]))
        }
    }
}

extension RedisLimit {
    /// Kind, size and pace, as the scripts want them.
    fileprivate var words: [[UInt8]] {
        switch rule {
        case .tokenBucket(let capacity, let perSecond): ["b".bytes, capacity.digits, "\(perSecond)".bytes]
        case .fixedWindow(let size, let length): ["f".bytes, size.digits, length.microseconds.digits]
        case .slidingWindow(let size, let length): ["s".bytes, size.digits, length.microseconds.digits]
        case .concurrency(let size, let lease): ["c".bytes, size.digits, lease.microseconds.digits]
        }
    }
}

extension String {
    fileprivate var bytes: [UInt8] { Array(utf8) }
}

extension Int {
    fileprivate var digits: [UInt8] { Array(description.utf8) }
}

extension Duration {
    fileprivate var microseconds: Int {
        Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
    }
}
