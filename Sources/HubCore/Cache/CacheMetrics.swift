/// What is counted of the cache: `cache_*` of contract 11.2.
final class CacheMetrics: Sendable {
    enum Tier: Int, CaseIterable {
        case l1, l2

        var label: String { self == .l1 ? "l1" : "l2" }
    }

    enum Event: Int, CaseIterable { case hit, miss, write }

    private let events: AtomicCells
    private let coalesced: AtomicCells

    init(shards: Int) {
        events = AtomicCells(count: Tier.allCases.count * Event.allCases.count, shards: shards)
        coalesced = AtomicCells(count: 1, shards: shards)
    }

    func count(_ event: Event, _ tier: Tier, shard: Int) {
        events.add(1, to: cell(event, tier), shard: shard)
    }

    func countCoalesced(shard: Int) { coalesced.add(1, to: 0, shard: shard) }

    func sum(_ event: Event, _ tier: Tier) -> UInt64 { events.sum(cell(event, tier)) }

    private func cell(_ event: Event, _ tier: Tier) -> Int { tier.rawValue * Event.allCases.count + event.rawValue }

    /// - Parameter size: of the cache in memory.
    func append(_ size: MemoryCacheTable.Size, to text: inout PrometheusText) {
        for (name, event, help) in [
            ("cache_hits_total", Event.hit, "Answers found, by tier"),
            ("cache_misses_total", .miss, "Look-ups that found nothing, by tier"),
            ("cache_writes_total", .write, "Answers kept, by tier"),
        ] {
            text.family(name, .counter, help)
            for tier in Tier.allCases { text.sample("", [("tier", tier.label)], Double(sum(event, tier))) }
        }
        text.family("cache_evictions_total", .counter, "Answers that went for want of room")
        text.sample("", [("tier", "l1")], Double(size.evictions))
        text.family("cache_entries", .gauge, "Answers kept")
        text.sample("", [("tier", "l1")], Double(size.entries))
        text.family("cache_size_bytes", .gauge, "Bytes kept")
        text.sample("", [("tier", "l1")], Double(size.bytes))
        text.family("cache_coalesced_total", .counter, "Calls that joined an identical one under way")
        text.sample("", [], Double(coalesced.sum(0)))
        let found = sum(.hit, .l1) + sum(.hit, .l2)
        let asked = sum(.hit, .l1) + sum(.miss, .l1)
        text.family("cache_hit_rate", .gauge, "Share of look-ups that were answered, since the start")
        text.sample("", [], asked == 0 ? 0 : Double(found) / Double(asked))
    }
}
