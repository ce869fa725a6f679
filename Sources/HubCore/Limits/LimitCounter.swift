/// What one limit has counted. Pure: time comes in as milliseconds since 1970.
struct LimitCounter {
    enum Fit: Equatable {
        case fits
        /// Milliseconds.
        case after(Int)
        case never
    }

    private enum Count {
        /// - Parameter level: below 0 after more was used than was foreseen.
        case bucket(level: Double, at: Int)
        case window(start: Int, used: Int)
        /// By the number of the slot; the newest is `last`.
        case slots([Int], last: Int)
        case held(Int)
    }

    let algorithm: LimitAlgorithm
    private var count: Count

    init(_ algorithm: LimitAlgorithm, at now: Int) {
        self.algorithm = algorithm
        count =
            switch algorithm {
            case .tokenBucket(let capacity, _): .bucket(level: Double(capacity), at: now)
            case .fixedWindow(_, let length): .window(start: now / length * length, used: 0)
            case .slidingWindow(_, let length):
                .slots(
                    Array(repeating: 0, count: LimitAlgorithm.slots + 1),
                    last: now / LimitAlgorithm.slotLength(ofWindow: length))
            case .concurrency: .held(0)
            }
    }

    /// Brings the counter to now. Time that went backwards is taken as not having passed.
    mutating func advance(to now: Int) {
        switch (algorithm, count) {
        case (.tokenBucket(let capacity, let rate), .bucket(let level, let at)):
            guard now > at else { return }
            count = .bucket(level: min(Double(capacity), level + Double(now - at) / 1000 * rate), at: now)
        case (.fixedWindow(_, let length), .window(let start, _)):
            guard now >= start + length else { return }
            count = .window(start: now / length * length, used: 0)
        case (.slidingWindow(_, let length), .slots(var slots, let last)):
            let slot = now / LimitAlgorithm.slotLength(ofWindow: length)
            guard slot > last else { return }
            for passed in last + 1...max(last + 1, min(slot, last + slots.count)) { slots[passed % slots.count] = 0 }
            count = .slots(slots, last: slot)
        default: break
        }
    }

    /// Whether an amount fits now; the counter was brought there.
    func fit(_ amount: Int, at now: Int) -> Fit {
        guard amount <= algorithm.limit else { return .never }
        switch (algorithm, count) {
        case (.tokenBucket(_, let rate), .bucket(let level, _)):
            let missing = Double(amount) - level
            return missing <= Self.rounding ? .fits : .after(max(1, Self.whole(missing / rate * 1000 - Self.rounding)))
        case (.fixedWindow(let limit, let length), .window(let start, let used)):
            return used + amount <= limit ? .fits : .after(start + length - now)
        case (.slidingWindow(let limit, let length), .slots(let slots, let last)):
            return fit(amount, limit, slots, last, LimitAlgorithm.slotLength(ofWindow: length), now)
        case (.concurrency(let limit), .held(let held)):
            // Nobody knows when another ends.
            return held + amount <= limit ? .fits : .after(1000)
        default: return .never
        }
    }

    /// The slots leave one after the other: when enough of them have.
    private func fit(_ amount: Int, _ limit: Int, _ slots: [Int], _ last: Int, _ length: Int, _ now: Int) -> Fit {
        var used = slots.reduce(0, +)
        if used + amount <= limit { return .fits }
        for age in (0..<slots.count).reversed() {
            used -= slots[((last - age) % slots.count + slots.count) % slots.count]
            // It is no longer counted when a slot of its number would be the newest.
            if used + amount <= limit { return .after(max(1, (last - age + slots.count) * length - now)) }
        }
        return .never
    }

    mutating func take(_ amount: Int) {
        switch count {
        case .bucket(let level, let at): count = .bucket(level: level - Double(amount), at: at)
        case .window(let start, let used): count = .window(start: start, used: used + amount)
        case .slots(var slots, let last):
            slots[last % slots.count] += amount
            count = .slots(slots, last: last)
        case .held(let held): count = .held(held + amount)
        }
    }

    /// What was taken at a time that is past already is not given back. More than was foreseen counts now.
    mutating func correct(by change: Int, takenAt: Int) {
        guard change < 0 else { return take(change) }
        switch (algorithm, count) {
        case (.tokenBucket(let capacity, _), .bucket(let level, let at)):
            count = .bucket(level: min(Double(capacity), level - Double(change)), at: at)
        case (.fixedWindow, .window(let start, let used)):
            if takenAt >= start { count = .window(start: start, used: max(0, used + change)) }
        case (.slidingWindow(_, let length), .slots(var slots, let last)):
            let slot = takenAt / LimitAlgorithm.slotLength(ofWindow: length)
            guard slot <= last, slot > last - slots.count else { return }
            slots[slot % slots.count] = max(0, slots[slot % slots.count] + change)
            count = .slots(slots, last: last)
        case (.concurrency, .held(let held)): count = .held(max(0, held + change))
        default: break
        }
    }

    func state(at now: Int) -> LimitState {
        switch (algorithm, count) {
        case (.tokenBucket(let capacity, let rate), .bucket(let level, _)):
            return LimitState(
                limit: capacity, remaining: max(0, Int(level + Self.rounding)),
                resetMilliseconds: Self.whole((Double(capacity) - level) / rate * 1000))
        case (.fixedWindow(let limit, let length), .window(let start, let used)):
            return LimitState(limit: limit, remaining: max(0, limit - used), resetMilliseconds: start + length - now)
        case (.slidingWindow(let limit, let length), .slots(let slots, let last)):
            let slot = LimitAlgorithm.slotLength(ofWindow: length)
            let used = slots.reduce(0, +)
            let newest = (0..<slots.count).first { slots[((last - $0) % slots.count + slots.count) % slots.count] > 0 }
            return LimitState(
                limit: limit, remaining: max(0, limit - used),
                resetMilliseconds: newest.map { max(0, (last - $0 + slots.count) * slot - now) } ?? 0)
        case (.concurrency(let limit), .held(let held)):
            return LimitState(limit: limit, remaining: max(0, limit - held), resetMilliseconds: 0)
        default: return LimitState(limit: 0, remaining: 0, resetMilliseconds: 0)
        }
    }

    /// Nothing is counted: a new counter would say the same.
    func isIdle(at now: Int) -> Bool {
        let state = state(at: now)
        return state.remaining == state.limit
    }

    /// Sums of what flowed in are off by less than this.
    private static let rounding = 1e-6

    private static func whole(_ milliseconds: Double) -> Int { Int(min(max(0, milliseconds.rounded(.up)), 1e15)) }
}
