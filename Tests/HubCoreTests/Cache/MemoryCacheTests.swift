import Dialects
import TestSupport
import Testing

@testable import HubCore

struct MemoryCacheTests {
    private static func key(_ number: Int) -> CacheKey { CacheKey(canonical: Array("\(number)".utf8)) }

    /// - Parameter bytes: of its text.
    private static func answer(_ number: Int, bytes: Int = 10) -> CachedAnswer {
        CachedAnswer(
            dialect: .openAI, isStream: false, pieces: [.init(json: Array(repeating: 0x20, count: bytes))],
            facts: .init(provider: number % 2 == 0 ? "even" : "odd", model: "m", storedAt: UInt64(number)))
    }

    private func table(entries: Int = 100, bytes: Int = 1 << 20) -> MemoryCacheTable {
        MemoryCacheTable(maximumEntries: entries, maximumBytes: bytes)
    }

    @Test func `what is kept is found until its time is over`() {
        var table = table()
        table.store(Self.answer(1), for: Self.key(1), tenant: "", until: 100)
        #expect(table.answer(for: Self.key(1), at: 99)?.facts.storedAt == 1)
        #expect(table.answer(for: Self.key(2), at: 99) == nil)
        #expect(table.answer(for: Self.key(1), at: 100) == nil)
        #expect(table.size == .init(entries: 0, bytes: 0, evictions: 0))
    }

    @Test func `a second answer takes the place of the first`() {
        var table = table()
        table.store(Self.answer(1, bytes: 500), for: Self.key(1), tenant: "", until: .max)
        table.store(Self.answer(2), for: Self.key(1), tenant: "", until: .max)
        #expect(table.answer(for: Self.key(1), at: 0)?.facts.storedAt == 2)
        #expect(table.size.entries == 1)
        #expect(table.size.bytes == Self.answer(2).byteCount)
    }

    @Test(arguments: [1, 2, 7, 100])
    func `there are never more entries than allowed`(_ maximum: Int) {
        var table = table(entries: maximum)
        for number in 0..<maximum * 10 {
            table.store(Self.answer(number), for: Self.key(number), tenant: "", until: .max)
            #expect(table.size.entries <= maximum)
        }
        #expect(table.size.entries == maximum)
        #expect(table.size.evictions == UInt64(maximum * 9))
    }

    @Test func `there are never more bytes than allowed`() {
        var random = SeededRandom(seed: 3)
        var table = table(entries: 1000, bytes: 20_000)
        for number in 0..<2000 {
            let bytes = Int(random.next() % 3000)
            table.store(Self.answer(number, bytes: bytes), for: Self.key(number), tenant: "", until: .max)
            #expect(table.size.bytes <= 20_000)
        }
        #expect(table.size.bytes > 10_000)
    }

    @Test func `what is larger than the cache is not kept and drives nothing out`() {
        var table = table(bytes: 5000)
        table.store(Self.answer(1), for: Self.key(1), tenant: "", until: .max)
        table.store(Self.answer(2, bytes: 6000), for: Self.key(2), tenant: "", until: .max)
        #expect(table.answer(for: Self.key(1), at: 0) != nil)
        #expect(table.answer(for: Self.key(2), at: 0) == nil)
    }

    @Test func `what is asked for often survives a flood of what is asked for once`() {
        var table = table(entries: 200)
        for number in 0..<100 { table.store(Self.answer(number), for: Self.key(number), tenant: "", until: .max) }
        for _ in 0..<5 { for number in 0..<100 { _ = table.answer(for: Self.key(number), at: 0) } }
        for number in 1000..<5000 {
            _ = table.answer(for: Self.key(number), at: 0)
            table.store(Self.answer(number), for: Self.key(number), tenant: "", until: .max)
        }
        let survivors = (0..<100).count { table.answer(for: Self.key($0), at: 0) != nil }
        #expect(survivors >= 95)
    }

    @Test func `what becomes popular takes the place of what was`() {
        var table = table(entries: 100)
        for round in 0..<40 {
            for number in 0..<80 {
                let key = Self.key(round < 20 ? number : number + 500)
                if table.answer(for: key, at: 0) == nil {
                    table.store(Self.answer(number), for: key, tenant: "", until: .max)
                }
            }
        }
        let now = (0..<80).count { table.answer(for: Self.key($0 + 500), at: 0) != nil }
        #expect(now >= 70)
    }

    @Test func `entries go by key, by target and by tenant`() {
        var table = table()
        for number in 0..<10 {
            table.store(Self.answer(number), for: Self.key(number), tenant: number < 5 ? "a" : "b", until: .max)
        }
        #expect(table.purge(.key(Self.key(0))) == 1)
        #expect(table.purge(.key(Self.key(0))) == 0)
        #expect(table.purge(.target("odd/m")) == 5)
        #expect(table.purge(.tenant("a")) == 2)
        #expect(table.size.entries == 2)
        #expect(table.purge(.all) == 2)
        #expect(table.size == .init(entries: 0, bytes: 0, evictions: 0))
    }

    /// Ten thousand random steps beside a table that forgets nothing.
    @Test func `it never answers with anything but what was kept last`() {
        var random = SeededRandom(seed: 11)
        var table = table(entries: 50, bytes: 40_000)
        var reference: [Int: (stored: Int, end: UInt64)] = [:]
        var now: UInt64 = 0
        for step in 0..<10_000 {
            let number = Int(random.next() % 120)
            now += random.next() % 3
            switch random.next() % 10 {
            case 0:
                _ = table.purge(.key(Self.key(number)))
                reference[number] = nil
            case 1...4:
                let end = now + random.next() % 200
                table.store(
                    Self.answer(step, bytes: Int(random.next() % 900)), for: Self.key(number), tenant: "", until: end)
                reference[number] = (step, end)
            default:
                guard let answer = table.answer(for: Self.key(number), at: now) else { continue }
                #expect(reference[number].map { Int($0.stored) } == Int(answer.facts.storedAt))
                #expect(reference[number].map { $0.end > now } == true)
            }
        }
    }

    @Test func `parts together keep to the bounds`() {
        let cache = MemoryCache(maximumEntries: 5000, maximumBytes: 1 << 20)
        for number in 0..<8000 { cache.store(Self.answer(number), for: Self.key(number), tenant: "", until: .max) }
        #expect(cache.size.entries <= 5000)
        #expect(cache.size.bytes <= 1 << 20)
        #expect(cache.purge(.target("even/m")) > 0)
        cache.purge(.all)
        #expect(cache.size.entries == 0)
    }
}
