import Synchronization
import TestSupport
import Testing

@testable import Store

struct WorkLanesTests {
    /// Answers nothing.
    private final class IdleConnection: SQLConnection {
        let dialect = SQLDialect.sqlite
        let isUsable: Bool

        init(isUsable: Bool = true) { self.isUsable = isUsable }

        func rows(_ statement: StaticString, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] { [] }
        func change(_ statement: StaticString, _ values: [SQLValue]) throws(StoreError) -> Int { 0 }
        func script(_ statements: StaticString) throws(StoreError) {}
        func beginMigration() throws(StoreError) {}
    }

    private let clock = ManualClock()

    private func lanes(
        _ count: Int = 1, connect: @escaping @Sendable () throws(StoreError) -> any SQLConnection = { IdleConnection() }
    ) -> WorkLanes {
        WorkLanes(count: count, name: "test", clock: clock, connect: connect)
    }

    private static func failure(_ lanes: WorkLanes) async -> StoreError? {
        await withCheckedContinuation { continuation in
            lanes.submit { connection in
                if case .failure(let error) = connection {
                    continuation.resume(returning: error)
                } else {
                    continuation.resume(returning: nil)
                }
            }
        }
    }

    @Test
    func `work is done in the order in which it came`() async {
        let lanes = lanes()
        let order = Mutex<[Int]>([])
        for number in 0..<100 { lanes.submit { _ in order.withLock { $0.append(number) } } }
        #expect(await Self.failure(lanes) == nil)
        #expect(order.withLock { $0 } == Array(0..<100))
    }

    @Test
    func `a line that is too long takes nobody more`() async {
        let lanes = lanes()
        let gate = Gate()
        lanes.submit { _ in try? gate.wait() }
        for _ in 0..<1000 { lanes.submit { _ in } }
        #expect(await Self.failure(lanes)?.kind == .unavailable)
        gate.open()
        lanes.close()
    }

    @Test
    func `who waited too long is told so`() async {
        let lanes = lanes()
        let gate = Gate()
        lanes.submit { _ in try? gate.wait() }
        async let failure = Self.failure(lanes)
        while lanes.waitingCount < 1 { await Task.yield() }
        clock.advance(milliseconds: 5000)
        gate.open()
        #expect(await failure?.kind == .unavailable)
    }

    @Test
    func `a connection is opened when it is needed, and again when it was lost`() async {
        let opened = Atomic<Int>(0)
        let lanes = lanes { () throws(StoreError) in
            opened.wrappingAdd(1, ordering: .relaxed)
            return IdleConnection(isUsable: opened.load(ordering: .relaxed) > 1)
        }
        #expect(opened.load(ordering: .relaxed) == 0)
        for _ in 0..<3 { #expect(await Self.failure(lanes) == nil) }
        #expect(opened.load(ordering: .relaxed) == 2)
    }

    @Test
    func `a connection that cannot be opened fails the work, not the lane`() async {
        let opened = Atomic<Int>(0)
        let lanes = lanes { () throws(StoreError) in
            if opened.wrappingAdd(1, ordering: .relaxed).newValue == 1 { throw .outage("no") }
            return IdleConnection()
        }
        #expect(await Self.failure(lanes) == .outage("no"))
        #expect(await Self.failure(lanes) == nil)
    }

    @Test
    func `after the end nothing is begun`() async {
        let lanes = lanes(3)
        #expect(await Self.failure(lanes) == nil)
        lanes.close()
        #expect(await Self.failure(lanes)?.kind == .outage)
    }
}
