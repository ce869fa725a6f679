/// How many of the streams that had begun were cut, of late. Weights halve as those of `LatencyHistogram` do.
struct CutShare {
    private(set) var streams: Float = 0
    private var cut: Float = 0
    private var halvedAt: UInt64 = 0

    mutating func add(isCut: Bool, at now: UInt64) {
        decay(to: now)
        streams += 1
        if isCut { cut += 1 }
    }

    /// 0...1; nil where fewer streams were weighed than `minimum`.
    func share(of minimum: Float, at now: UInt64) -> Double? {
        var current = self
        current.decay(to: now)
        guard current.streams > 0, current.streams + 0.001 >= minimum else { return nil }
        return Double(current.cut / current.streams)
    }

    private mutating func decay(to now: UInt64) {
        guard now > halvedAt, now - halvedAt >= LatencyHistogram.halfLife else { return }
        let halvings = (now - halvedAt) / LatencyHistogram.halfLife
        halvedAt += halvings * LatencyHistogram.halfLife
        let factor: Float = halvings > 30 ? 0 : 1 / Float(UInt64(1) << halvings)
        streams *= factor
        cut *= factor
    }
}
