/// How long calls have taken lately: counted in cells of equal ratio, four to each doubling, whose weight halves with
/// time. What it says is at most a quarter too high. Pure and of fixed size.
struct LatencyHistogram {
    /// In so many nanoseconds a sample loses half of its weight.
    static let halfLife: UInt64 = 60_000_000_000
    /// The finest difference told: 65 microseconds.
    private static let unitBits: UInt64 = 16
    /// Up to 20 minutes; what takes longer counts as that.
    private static let cells = 96

    /// Empty until something was measured: most targets never are.
    private var weights: [Float] = []
    /// Of all samples.
    private(set) var weight: Float = 0
    private var halvedAt: UInt64 = 0

    mutating func add(_ nanoseconds: UInt64, at now: UInt64) {
        if weights.isEmpty {
            weights = Array(repeating: 0, count: Self.cells)
            halvedAt = now
        }
        decay(to: now)
        weights[Self.cell(of: nanoseconds)] += 1
        weight += 1
    }

    /// Nanoseconds that this share of the calls did not exceed; nil where fewer samples were weighed than `minimum`.
    func percentile(_ share: Double, of minimum: Float, at now: UInt64) -> UInt64? {
        var current = self
        current.decay(to: now)
        // What has decayed without a sample is not exact to the last bit.
        guard current.weight > 0, current.weight + 0.001 >= minimum else { return nil }
        var left = current.weight * Float(share)
        for (cell, weight) in current.weights.enumerated() where weight > 0 {
            left -= weight
            if left <= 0 { return Self.upperBound(of: cell) }
        }
        return current.weights.lastIndex { $0 > 0 }.map(Self.upperBound)
    }

    mutating func clear() {
        weights = []
        weight = 0
    }

    private mutating func decay(to now: UInt64) {
        guard now > halvedAt, now - halvedAt >= Self.halfLife else { return }
        let halvings = (now - halvedAt) / Self.halfLife
        halvedAt += halvings * Self.halfLife
        let factor: Float = halvings > 30 ? 0 : 1 / Float(UInt64(1) << halvings)
        weight = 0
        for cell in weights.indices {
            weights[cell] *= factor
            weight += weights[cell]
        }
    }

    private static func cell(of nanoseconds: UInt64) -> Int {
        let units = nanoseconds >> unitBits
        guard units >= 4 else { return Int(units) }
        let exponent = 63 - units.leadingZeroBitCount
        let part = Int((units >> UInt64(exponent - 2)) & 3)
        return min(4 * (exponent - 1) + part, cells - 1)
    }

    private static func upperBound(of cell: Int) -> UInt64 {
        guard cell >= 4 else { return UInt64(cell + 1) << unitBits }
        let exponent = cell / 4 + 1
        return UInt64(cell % 4 + 5) << (UInt64(exponent - 2) + unitBits)
    }
}
