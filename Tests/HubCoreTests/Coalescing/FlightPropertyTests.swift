import Dialects
import Synchronization
import TestSupport
import Testing
import Wire

@testable import HubCore

/// Calls that are shared, from several threads at once: whoever comes first leads, the others follow, and all come and go
/// at random.
struct FlightPropertyTests {
    private static let plan: RoutePlan = {
        let entry = ConnectorHub(providers: [FakeProvider("acme")]).registry.entries[0]
        return RoutePlan(entry: entry, model: "m", modelEntry: entry.entry(for: "m"), reason: "test")
    }()

    private static let key = CacheKey(canonical: Array("the same".utf8))

    private static func numbers(_ pieces: [CachedAnswer.Piece]) -> [Int] {
        pieces.compactMap { $0.chunk(.openAI, id: "x").content.flatMap { Int($0) } }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `one leads at a time, and whoever stays gets everything in order, also when the leader leaves`(
        _ seed: UInt64
    ) async {
        let (table, record) = (FlightTable(), FlightsRecord())
        await withTaskGroup { group in
            for worker in 0..<8 {
                group.addTask(executorPreference: OneThread()) {
                    var random = SeededRandom(seed: seed * 100 + UInt64(worker))
                    for _ in 0..<50 { await Self.request(table, record, &random) }
                }
            }
        }
        let seen = record.all
        #expect(seen.problems.isEmpty)
        #expect(seen.mostLeaders == 1)
        #expect(seen.ledCount + seen.followedCount == 400)
        #expect(seen.followedCount >= 3)
        #expect(seen.outlivedCount > 0)
        #expect(table.followerCount == 0)
    }

    private static func request(
        _ table: FlightTable, _ record: FlightsRecord, _ random: inout SeededRandom
    ) async {
        switch table.enter(key, until: .max, at: 0) {
        case .lead(let flight):
            record.change {
                $0.ledCount += 1
                $0.leaders += 1
                $0.mostLeaders = max($0.mostLeaders, $0.leaders)
            }
            let outcome = await lead(flight, record, &random)
            record.change { $0.leaders -= 1 }
            flight.end(outcome)
            table.remove(flight, key)
        case .follow(let flight, let follower):
            record.change { $0.followedCount += 1 }
            await follow(flight, follower, record, &random)
        }
    }

    /// Tells some pieces; its client leaves at one of them, sometimes.
    private static func lead(
        _ flight: Flight, _ record: FlightsRecord, _ random: inout SeededRandom
    ) async -> Flight.Outcome {
        let count = Int.random(in: 1...30, using: &random)
        var leavesAt = Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 0..<count, using: &random) : count
        if record.all.ledCount == 1 {
            // The first one leaves when it is followed for sure.
            for _ in 0..<100_000 where flight.followerCount < 3 { await Task.yield() }
            leavesAt = 0
        }
        let isAbandoned = Gate()
        for number in 0..<count {
            for _ in 0..<Int.random(in: 0...3, using: &random) { await Task.yield() }
            if number == leavesAt {
                record.change { $0.left.insert(ObjectIdentifier(flight)) }
                guard flight.outlivesClient(cancel: { isAbandoned.open() }) else { return .failed }
                record.change { $0.outlivedCount += 1 }
            }
            if isAbandoned.isOpen { return .failed }
            flight.tell(chunk(#"{"content":"\#(number)"}"#), plan)
        }
        guard let told = flight.told, numbers(told.pieces) == Array(0..<count) else {
            record.change { $0.problems.append("the leader has not told what it told") }
            return .failed
        }
        let facts = CachedAnswer.Facts(provider: "acme", model: "m", storedAt: 0)
        return .answered(
            CachedAnswer(dialect: told.dialect, isStream: true, pieces: told.pieces, facts: facts), plan)
    }

    /// Follows to the end, or leaves after some pieces.
    private static func follow(
        _ flight: Flight, _ follower: Int, _ record: FlightsRecord, _ random: inout SeededRandom
    ) async {
        defer { flight.leave(follower) }
        // As long as it stays, a leader that leaves from now on must not end the call.
        let isFirm = !record.all.left.contains(ObjectIdentifier(flight))
        let leavesAfter = Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 0...20, using: &random) : .max
        var seen: [Int] = []
        while seen.count < leavesAfter {
            switch flight.next(follower) {
            case .pieces(let pieces, _, _): seen += numbers(pieces)
            case .nothing where Int.random(in: 0..<8, using: &random) == 0:
                await withTaskGroup { group in
                    group.addTask { await flight.wait(follower) }
                    await Task.yield()
                    group.cancelAll()
                }
            case .nothing: await flight.wait(follower)
            case .ended(.answered(let answer, _)):
                let all = numbers(answer.pieces)
                if seen != all || all.isEmpty { record.change { $0.problems.append("\(seen) of \(all)") } }
                return
            case .ended:
                if isFirm { record.change { $0.problems.append("ended though \(seen.count) were followed") } }
                return
            case .lost:
                record.change { $0.problems.append("lost") }
                return
            }
            if seen != Array(0..<seen.count) { record.change { $0.problems.append("\(seen) is out of order") } }
        }
    }
}

/// What happened to all flights of a test.
private final class FlightsRecord: Sendable {
    struct State {
        var leaders = 0
        var mostLeaders = 0
        var ledCount = 0
        var followedCount = 0
        /// Leaders that left and whose call went on.
        var outlivedCount = 0
        /// Flights whose leader has left.
        var left: Set<ObjectIdentifier> = []
        var problems: [String] = []
    }

    private let state = Mutex(State())

    var all: State { state.withLock { $0 } }
    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
}
