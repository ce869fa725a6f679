/// Which of a provider's keys is used next. Pure: monotonic nanoseconds are given to it.
struct KeyRing {
    /// How long a key that was refused is left alone: it may have been replaced, or paid for.
    static let refusedRest: UInt64 = 300_000_000_000
    /// One that has asked for too much, where the provider does not say for how long.
    static let limitedRest: UInt64 = 10_000_000_000

    private var restsUntil: [UInt64]
    private var turn = 0

    init(count: Int) {
        restsUntil = Array(repeating: 0, count: count)
    }

    /// The keys to try, in order: those that do not rest, another one first each time. If all rest, the one that is ready
    /// the earliest.
    mutating func order(at now: UInt64) -> [Int] {
        turn = (turn + 1) % restsUntil.count
        let circle = restsUntil.indices.map { (turn + $0) % restsUntil.count }
        let ready = circle.filter { restsUntil[$0] <= now }
        guard ready.isEmpty else { return ready }
        return circle.min { restsUntil[$0] < restsUntil[$1] }.map { [$0] } ?? []
    }

    mutating func rest(_ key: Int, until time: UInt64) {
        restsUntil[key] = max(restsUntil[key], time)
    }

    /// It works: whatever was said of it is over.
    mutating func wake(_ key: Int) { restsUntil[key] = 0 }
}
