internal import HubCore
internal import Reactor
internal import Redis

/// Who among the replicas makes a call: contract 13.8. Who holds the lead says so in a key beside the answer's, of the same
/// slot, so that looking for the answer and taking the lead is one step and one round trip.
extension RedisCache {
    func answerOrLead(for key: CacheKey, until deadline: UInt64) async -> SharedLookUp {
        let lead = SharedLead(key: key, number: UInt64.random(in: 1...(.max)))
        let wait = SharedWait(start: .now)
        while true {
            switch try? await client.run(Self.lookUp, keys: [key.bytes, key.leadName], arguments: [lead.name]) {
            case .bytes(let answer): return .answer(answer)
            case .integer(Held.byNobody): return .lead(lead)
            case .integer(let held):
                let now = MonotonicTime.now
                guard let pause = wait.pause(hasProgress: held == Held.withProgress, at: now),
                    (now + pause).nanoseconds < deadline, let reactor = Reactor.current
                else { return .unknown }
                do { try await reactor.sleep(for: pause) } catch { return .unknown }
            default: return .unknown
            }
        }
    }

    func noteProgress(_ lead: SharedLead) {
        client.start(Self.progress, keys: [lead.key.leadName], arguments: [lead.name])
    }

    func end(_ lead: SharedLead) {
        client.start(Self.end, keys: [lead.key.leadName], arguments: [lead.name])
    }

    /// What `lookUp` answers where there is no answer yet.
    private enum Held {
        static let byNobody: Int64 = 1
        static let withProgress: Int64 = 3
    }

    private static let lookUp = RedisScript(
        """
        local answer = redis.call('GET', KEYS[1])
        if answer then return answer end
        local held = redis.call('GET', KEYS[2])
        if not held then
            redis.call('SET', KEYS[2], ARGV[1], 'PX', 30000)
            return 1
        end
        if held == ARGV[1] then return 1 end
        if string.sub(held, -1) == '+' then return 3 end
        return 2
        """)

    private static let progress = RedisScript(
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1] .. '+', 'KEEPTTL')
        return 1
        """)

    /// Not another's, which began when this one's time was over.
    private static let end = RedisScript(
        """
        local held = redis.call('GET', KEYS[1])
        if held ~= ARGV[1] and held ~= ARGV[1] .. '+' then return 0 end
        return redis.call('DEL', KEYS[1])
        """)
}

extension CacheKey {
    /// The answer's key is the hash tag.
    fileprivate var leadName: [UInt8] { Array("llm:cache:lead:{\(sharedName)}".utf8) }
}

extension SharedLead {
    fileprivate var name: [UInt8] { Array(String(number, radix: 16).utf8) }
}
