internal import Dialects

/// All that is kept of answers, and the calls under way that others join. Outlives changes of the configuration.
final class AnswerCache: Sendable {
    let memory: MemoryCache
    let shared: (any CacheStrategy)?
    let flights = FlightTable()
    let requests: RequestMemo
    let metrics: CacheMetrics

    init(maximumEntries: Int, maximumBytes: Int, shared: (any CacheStrategy)?, metrics: CacheMetrics, shards: Int) {
        requests = RequestMemo(shards: shards)
        memory = MemoryCache(maximumEntries: maximumEntries, maximumBytes: maximumBytes)
        self.shared = shared
        self.metrics = metrics
    }

    /// From memory.
    func lookUp(_ key: CacheKey, _ permission: CachePolicy.Permission, _ context: RequestContext) -> CachedAnswer? {
        let answer = find(key, permission, context)
        if answer == nil { metrics.count(.miss, .l1, shard: context.shard) }
        return answer
    }

    /// The same, where a miss is looked up again and counted then.
    func find(_ key: CacheKey, _ permission: CachePolicy.Permission, _ context: RequestContext) -> CachedAnswer? {
        guard let answer = memory.answer(for: key, at: context.clock.monotonicNanoseconds),
            permission.accepts(answer, at: context.clock.wallNanoseconds)
        else { return nil }
        metrics.count(.hit, .l1, shard: context.shard)
        return answer
    }

    /// From behind it; what is found is kept in memory as well. Without an answer the caller may lead among replicas.
    func lookUpShared(
        _ key: CacheKey, _ permission: CachePolicy.Permission, tenant: String, _ context: RequestContext
    ) async -> (answer: CachedAnswer?, lead: SharedLead?) {
        guard let shared else { return (nil, nil) }
        var answer: CachedAnswer?
        var lead: SharedLead?
        switch await shared.answerOrLead(for: key, until: context.deadline) {
        case .answer(let encoded):
            answer = CachedAnswer(encoded: encoded)
                .flatMap { permission.accepts($0, at: context.clock.wallNanoseconds) ? $0 : nil }
        case .lead(let own): lead = own
        case .unknown: break
        }
        metrics.count(answer == nil ? .miss : .hit, .l2, shard: context.shard)
        if let answer { keepInMemory(answer, key, permission, tenant: tenant, context) }
        return (answer, lead)
    }

    func keep(
        _ answer: CachedAnswer, _ key: CacheKey, _ permission: CachePolicy.Permission, tenant: String,
        _ context: RequestContext
    ) {
        keepInMemory(answer, key, permission, tenant: tenant, context)
        guard let shared else { return }
        metrics.count(.write, .l2, shard: context.shard)
        let target = "\(answer.facts.provider)/\(answer.facts.model)"
        shared.store(
            answer.encoded, for: key, tags: CacheTags(target: target, tenant: tenant),
            lifetime: permission.sharedLifetime)
    }

    private func keepInMemory(
        _ answer: CachedAnswer, _ key: CacheKey, _ permission: CachePolicy.Permission, tenant: String,
        _ context: RequestContext
    ) {
        metrics.count(.write, .l1, shard: context.shard)
        let end = context.clock.monotonicNanoseconds &+ permission.lifetime.wholeNanoseconds
        memory.store(answer, for: key, tenant: tenant, until: end)
    }

    /// How many entries of this process went.
    func purge(_ selection: CacheSelection) -> Int {
        shared?.purge(selection)
        return memory.purge(selection)
    }
}

extension CachePolicy.Permission {
    /// Not older than the client takes.
    fileprivate func accepts(_ answer: CachedAnswer, at wallNanoseconds: UInt64) -> Bool {
        guard let maximumAge else { return true }
        return answer.age(at: wallNanoseconds) <= maximumAge
    }
}
