internal import Synchronization

/// A row of counters per reactor: added to by its own reactor without contention, summed when read.
///
/// The pointer is owned: allocated and initialised here, never handed out, freed in `deinit`. An array
/// cannot hold atomics, since they must not be copied.
final class AtomicCells: @unchecked Sendable {
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>
    private let count: Int
    private let stride: Int
    private let shards: Int
    /// Counters of different reactors do not share a cache line.
    private static let cellsPerLine = 8

    init(count: Int, shards: Int) {
        self.count = count
        self.shards = max(1, shards)
        stride = (count + Self.cellsPerLine - 1) / Self.cellsPerLine * Self.cellsPerLine
        cells = .allocate(capacity: stride * self.shards)
        for position in 0..<stride * self.shards { (cells + position).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: stride * shards)
        cells.deallocate()
    }

    func add(_ amount: UInt64, to index: Int, shard: Int) {
        precondition(index < count, "no such cell")
        cells[(shard % shards) * stride + index].wrappingAdd(amount, ordering: .relaxed)
    }

    func sum(_ index: Int) -> UInt64 {
        (0..<shards).reduce(0) { $0 &+ cells[$1 * stride + index].load(ordering: .relaxed) }
    }
}
