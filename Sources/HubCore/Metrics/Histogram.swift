/// Counts durations by upper bound.
final class Histogram: Sendable {
    /// Seconds, ascending; above the last one is the rest.
    let bounds: [Double]
    private let boundsInNanoseconds: [UInt64]
    /// One cell per bound, one for the rest, one for the sum.
    private let cells: AtomicCells

    init(bounds: [Double], shards: Int) {
        self.bounds = bounds
        boundsInNanoseconds = bounds.map { UInt64($0 * 1e9) }
        cells = AtomicCells(count: bounds.count + 2, shards: shards)
    }

    func record(nanoseconds: UInt64, shard: Int) {
        var index = 0
        while index < boundsInNanoseconds.count, nanoseconds > boundsInNanoseconds[index] { index += 1 }
        cells.add(1, to: index, shard: shard)
        cells.add(nanoseconds, to: bounds.count + 1, shard: shard)
    }

    /// Something was recorded.
    var isUsed: Bool { (0...bounds.count).contains { cells.sum($0) > 0 } }

    /// Cumulative counts, one per bound and one for everything.
    func snapshot() -> (cumulative: [UInt64], sumSeconds: Double) {
        var total: UInt64 = 0
        let cumulative = (0...bounds.count).map { index in
            total += cells.sum(index)
            return total
        }
        return (cumulative, Double(cells.sum(bounds.count + 1)) / 1e9)
    }
}
