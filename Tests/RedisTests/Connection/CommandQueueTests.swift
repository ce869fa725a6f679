import Reactor
import Synchronization
import Testing

@testable import Redis

@Suite struct CommandQueueTests {
    private static func time(_ milliseconds: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }

    private static func command(until milliseconds: UInt64) -> PendingCommand {
        PendingCommand(command: RedisCommand("PING"), deadline: time(milliseconds)) { _ in }
    }

    @Test func `commands come out as they went in`() {
        var queue = CommandQueue()
        for number: UInt64 in 0..<1000 { queue.append(Self.command(until: number)) }
        for number: UInt64 in 0..<1000 { #expect(queue.popFirst()?.deadline == Self.time(number)) }
        #expect(queue.isEmpty)
        #expect(queue.popFirst() == nil)
    }

    @Test func `count and bytes follow a queue that is never empty`() {
        var queue = CommandQueue()
        let size = RedisCommand("PING").bytes.count
        for _ in 0..<10 { queue.append(Self.command(until: 1)) }
        for _ in 0..<1000 {
            queue.append(Self.command(until: 1))
            _ = queue.popFirst()
            #expect(queue.count == 10)
            #expect(queue.bytes == 10 * size)
        }
    }

    @Test func `what has expired keeps its place until its reply has come`() {
        var queue = CommandQueue()
        for deadline: UInt64 in [10, 30, 20] { queue.append(Self.command(until: deadline)) }
        var next = MonotonicTime.distantFuture
        #expect(queue.expire(at: Self.time(20), next: &next).count == 2)
        #expect(next == Self.time(30))
        #expect(queue.isHeadExpired)
        #expect(queue.popFirst()?.completion == nil)
        #expect(!queue.isHeadExpired)
        #expect(queue.popFirst()?.completion != nil)
        #expect(queue.popFirst()?.completion == nil)
    }

    @Test func `an expired command expires once`() {
        var queue = CommandQueue()
        queue.append(Self.command(until: 10))
        var next = MonotonicTime.distantFuture
        #expect(queue.expire(at: Self.time(20), next: &next).count == 1)
        #expect(queue.expire(at: Self.time(20), next: &next).isEmpty)
        #expect(next == .distantFuture)
    }
}
