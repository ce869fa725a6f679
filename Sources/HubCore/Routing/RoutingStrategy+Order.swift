internal import Wire

/// The order that each strategy gives to candidates. Pure: chance and the turn are given to it.
extension RoutingStrategy {
    /// Positions in `candidates`, all of them, the one to call first before the others.
    /// - Parameter turn: grows by one with each request of the route.
    func order(_ candidates: [RouteCandidate], turn: UInt64, random: inout RandomSource) -> [Int] {
        let all = Array(candidates.indices)
        guard all.count > 1 else { return all }
        switch self {
        case .modelBased: return all
        case .cost: return Self.stable(all) { candidates[$0].cost.map(Double.init) ?? .infinity }
        case .failover: return Self.stable(all) { Double(candidates[$0].priority) }
        case .latency: return Self.byLatency(candidates, &random)
        case .hybrid:
            let scores = Self.hybridScores(candidates)
            return Self.stable(all) { scores[$0] }
        case .roundRobin: return Self.starting(at: Self.inTurn(candidates, turn), all, candidates)
        case .weighted: return Self.starting(at: Self.byChance(candidates, &random), all, candidates)
        }
    }

    private static func stable(_ positions: [Int], by key: (Int) -> Double) -> [Int] {
        let keyed: [(key: Double, position: Int)] = positions.map { (key($0), $0) }
        let sorted = keyed.sorted { one, other in
            one.key == other.key ? one.position < other.position : one.key < other.key
        }
        return sorted.map { $0.position }
    }

    // MARK: Latency

    /// The better of two at random goes first, so that not every reactor runs to the same best one; the rest by time.
    /// One that was never called counts as quick: it has to be tried to be known.
    private static func byLatency(_ candidates: [RouteCandidate], _ random: inout RandomSource) -> [Int] {
        let one = Int.random(in: 0..<candidates.count, using: &random)
        let step = Int.random(in: 1..<candidates.count, using: &random)
        let other = (one + step) % candidates.count
        let time = { (position: Int) in candidates[position].latency ?? 0 }
        let first = time(other) < time(one) ? other : one
        return [first] + stable(Array(candidates.indices), by: time).filter { $0 != first }
    }

    // MARK: Hybrid

    /// 0.4 price + 0.4 time + 0.2 failures, each from 0 for the best candidate to 1 for the worst.
    static func hybridScores(_ candidates: [RouteCandidate]) -> [Double] {
        let cost = normalised(candidates.map { $0.cost.map(Double.init) })
        let latency = normalised(candidates.map(\.latency))
        let failure = normalised(candidates.map { 1 - $0.successRate })
        return candidates.indices.map { 0.4 * cost[$0] + 0.4 * latency[$0] + 0.2 * failure[$0] }
    }

    /// What is not known is in the middle.
    private static func normalised(_ values: [Double?]) -> [Double] {
        let known = values.compactMap { $0 }
        guard let lowest = known.min(), let highest = known.max(), highest > lowest else {
            return values.map { $0 == nil && !known.isEmpty ? 0.5 : 0 }
        }
        return values.map { value in value.map { ($0 - lowest) / (highest - lowest) } ?? 0.5 }
    }

    // MARK: Weights

    /// Each gets its weight's share of every so many turns, spread over them: the turns step through all shares by a
    /// stride without common factor, near the golden section.
    private static func inTurn(_ candidates: [RouteCandidate], _ turn: UInt64) -> Int {
        let total = totalWeight(candidates)
        var stride = max(1, total * 618 / 1000)
        while greatestCommonDivisor(stride, total) != 1 { stride += 1 }
        let position = (turn % total).multipliedFullWidth(by: stride)
        return holder(of: total.dividingFullWidth(position).remainder, candidates)
    }

    private static func byChance(_ candidates: [RouteCandidate], _ random: inout RandomSource) -> Int {
        holder(of: UInt64.random(in: 0..<totalWeight(candidates), using: &random), candidates)
    }

    private static func weights(_ candidates: [RouteCandidate]) -> [UInt64] {
        let weights = candidates.map { UInt64(clamping: max(0, $0.weight)) }
        return weights.contains { $0 > 0 } ? weights : weights.map { _ in 1 }
    }

    /// At most a million for each of a hundred candidates.
    private static func totalWeight(_ candidates: [RouteCandidate]) -> UInt64 { weights(candidates).reduce(0, +) }

    private static func holder(of share: UInt64, _ candidates: [RouteCandidate]) -> Int {
        var left = share
        for (position, weight) in weights(candidates).enumerated() {
            if left < weight { return position }
            left -= weight
        }
        return 0
    }

    /// The others follow in a circle, those without weight last.
    private static func starting(at first: Int, _ positions: [Int], _ candidates: [RouteCandidate]) -> [Int] {
        let circle = positions.map { (first + $0) % positions.count }
        return circle.filter { $0 == first || candidates[$0].weight > 0 }
            + circle.filter { $0 != first && candidates[$0].weight <= 0 }
    }

    private static func greatestCommonDivisor(_ one: UInt64, _ other: UInt64) -> UInt64 {
        var (one, other) = (one, other)
        while other != 0 { (one, other) = (other, one % other) }
        return one
    }
}
