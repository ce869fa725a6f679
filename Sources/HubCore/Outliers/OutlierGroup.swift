/// The targets of one decision, as they are compared. Pure.
struct OutlierGroup {
    /// One target as it has been doing.
    struct Member {
        var state = OutlierState()
        /// Those with the same number are expected to be as quick as each other.
        var kind = 0
        /// Medians in nanoseconds; nil: too little is known.
        var streamed: UInt64?
        var whole: UInt64?
        /// 0...1; nil: too little is known.
        var cutShare: Double?
        /// It was called since the last look, which is long enough ago.
        var isDue = true
    }

    let policy: OutlierPolicy
    var members: [Member]

    /// Looks at each target that is due. Returns what changed, by position.
    mutating func look(at now: UInt64) -> [(position: Int, change: OutlierState.Change)] {
        var changes: [(position: Int, change: OutlierState.Change)] = []
        for position in members.indices {
            if let change = members[position].state.returned(at: now) { changes.append((position, change)) }
        }
        // By the figures before anybody is sent away: who goes first does not decide about the next.
        let reasons = members.indices.map { members[$0].state.isEjected(at: now) ? nil : reason(of: $0, at: now) }
        var ejected = members.count { $0.state.isEjected(at: now) }
        let most = policy.mostEjected(of: members.count)
        for position in members.indices where members[position].isDue && !members[position].state.isEjected(at: now) {
            let change = members[position].state.looked(
                reasons[position], mayEject: ejected < most, policy: policy, at: now)
            guard let change else { continue }
            ejected += 1
            changes.append((position, change))
        }
        return changes
    }

    private func reason(of position: Int, at now: UInt64) -> OutlierReason? {
        let own = members[position]
        let others = members.indices.filter { $0 != position && !members[$0].state.isEjected(at: now) }
            .map { members[$0] }
        if isCutTooOften(own, others) { return .cutStreams }
        let alike = others.filter { $0.kind == own.kind }
        return isSlow(own.streamed, alike.compactMap(\.streamed)) || isSlow(own.whole, alike.compactMap(\.whole))
            ? .latency : nil
    }

    private func isSlow(_ own: UInt64?, _ others: [UInt64]) -> Bool {
        guard let own, let usual = Self.median(others) else { return false }
        return Double(own) >= policy.latencyFactor * Double(usual)
            && own >= usual &+ policy.latencyDifference.wholeNanoseconds
    }

    private func isCutTooOften(_ own: Member, _ others: [Member]) -> Bool {
        guard let share = own.cutShare, let usual = Self.median(others.compactMap(\.cutShare)) else { return false }
        return share >= policy.cutShare && share >= policy.latencyFactor * usual
    }

    /// The upper of two in the middle: what half of them are is usual.
    private static func median<Value: Comparable>(_ values: [Value]) -> Value? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }
}
