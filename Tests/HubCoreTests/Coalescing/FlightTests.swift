import Dialects
import TestSupport
import Testing
import Wire

@testable import HubCore

struct FlightTests {
    private static let plan: RoutePlan = {
        let entry = ConnectorHub(providers: [FakeProvider("acme")]).registry.entries[0]
        return RoutePlan(entry: entry, model: "m", modelEntry: entry.entry(for: "m"), reason: "test")
    }()

    private static func chunk(_ number: Int, bytes: Int = 0) -> StreamChunk {
        HubCoreTests.chunk(#"{"content":"\#(number)\#(String(repeating: " ", count: bytes))"}"#)
    }

    private static func numbers(_ next: Flight.Next) -> [Int]? {
        guard case .pieces(let pieces, let dialect, _) = next else { return nil }
        return pieces.compactMap { piece in
            piece.chunk(dialect, id: "x").content.flatMap { Int($0.prefix { $0 != " " }) }
        }
    }

    @Test func `who joins late gets what has passed and then the rest`() throws {
        let flight = Flight()
        for number in 0..<3 { flight.tell(Self.chunk(number), Self.plan) }
        let follower = try #require(flight.join())
        #expect(Self.numbers(flight.next(follower)) == [0, 1, 2])
        guard case .nothing = flight.next(follower) else { return #expect(Bool(false)) }
        flight.tell(Self.chunk(3), Self.plan)
        #expect(Self.numbers(flight.next(follower)) == [3])
    }

    @Test func `what was told comes before the end`() throws {
        let flight = Flight()
        let follower = try #require(flight.join())
        flight.tell(Self.chunk(0), Self.plan)
        flight.end(.failed)
        #expect(Self.numbers(flight.next(follower)) == [0])
        guard case .ended(.failed) = flight.next(follower) else { return #expect(Bool(false)) }
    }

    @Test func `nobody joins what has ended`() {
        let flight = Flight()
        flight.end(.failed)
        #expect(flight.join() == nil)
    }

    @Test func `what grows too large is joined by nobody and remembered by nobody, but followed to its end`() throws {
        let flight = Flight()
        let follower = try #require(flight.join())
        var seen: [Int] = []
        for number in 0..<40 {
            flight.tell(Self.chunk(number, bytes: 100_000), Self.plan)
            seen += Self.numbers(flight.next(follower)) ?? []
        }
        #expect(seen == Array(0..<40))
        #expect(flight.join() == nil)
        #expect(flight.told == nil)
    }

    @Test func `a follower that is too far behind is told so`() throws {
        let flight = Flight()
        let follower = try #require(flight.join())
        for number in 0..<100 { flight.tell(Self.chunk(number, bytes: 100_000), Self.plan) }
        guard case .lost = flight.next(follower) else { return #expect(Bool(false)) }
    }

    @Test func `the call goes on without its client as long as somebody follows`() throws {
        let flight = Flight()
        let journal = Journal()
        #expect(!flight.outlivesClient { journal.note("cancelled") })
        let (first, second) = (try #require(flight.join()), try #require(flight.join()))
        #expect(flight.outlivesClient { journal.note("cancelled") })
        flight.leave(first)
        #expect(journal.entries.isEmpty)
        flight.leave(second)
        #expect(journal.entries == ["cancelled"])
    }

    @Test func `who waits is woken by what comes, by the end, and by the end of its task`() async throws {
        let flight = Flight()
        let follower = try #require(flight.join())
        async let first: Void = flight.wait(follower)
        flight.tell(Self.chunk(0), Self.plan)
        await first
        #expect(Self.numbers(flight.next(follower)) == [0])
        let task = Task { await flight.wait(follower) }
        task.cancel()
        await task.value
        async let last: Void = flight.wait(follower)
        flight.end(.failed)
        await last
    }

    /// Followers come and go at random while a leader tells: each sees all from the first piece on, in order.
    @Test(arguments: 0..<20)
    func `whoever joins and stays sees everything in order`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let flight = Flight()
        var seen: [Int: [Int]] = [:]
        for number in 0..<60 {
            if random.next() % 3 == 0, let follower = flight.join() { seen[follower] = [] }
            flight.tell(Self.chunk(number), Self.plan)
            for follower in seen.keys {
                switch random.next() % 4 {
                case 0: seen[follower]? += Self.numbers(flight.next(follower)) ?? []
                case 1 where random.next() % 5 == 0:
                    flight.leave(follower)
                    seen[follower] = nil
                default: break
                }
            }
        }
        flight.end(.failed)
        for follower in seen.keys {
            seen[follower]? += Self.numbers(flight.next(follower)) ?? []
            #expect(seen[follower] == Array(0..<60))
        }
    }
}
