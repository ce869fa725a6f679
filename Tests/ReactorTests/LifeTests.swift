import Glibc
import TestSupport
import Testing

@testable import Reactor

@Suite struct LifeTests {
    @Test func `stop returns when the loop has ended and may be called again`() throws {
        let reactor = try Reactor()
        reactor.stop()
        reactor.stop()
    }

    @Test func `a stopped reactor is released`() throws {
        weak var released: Reactor?
        do {
            let reactor = try Reactor()
            released = reactor
            reactor.stop()
        }
        // The loop's block lets go of the reactor after it has reported its end.
        let deadline = MonotonicTime.now + .seconds(20)
        while released != nil, MonotonicTime.now < deadline {}
        #expect(released == nil)
    }

    @Test func `what was submitted before stop still runs`() throws {
        let reactor = try Reactor()
        let hasRun = Gate()
        reactor.submit { hasRun.open() }
        reactor.stop()
        #expect(hasRun.isOpen)
    }

    @Test func `submitting while the reactor stops is harmless`() async throws {
        for _ in 0..<50 {
            let reactor = try Reactor()
            await withTaskGroup { group in
                for _ in 0..<2 {
                    group.addTask { for _ in 0..<200 { reactor.submit {} } }
                }
                group.addTask { reactor.stop() }
            }
        }
    }

    @Test func `a group hands out the caller's reactor or the next in turn`() async throws {
        let group = try ReactorGroup(count: 3)
        defer { group.stop() }
        #expect(Set((0..<6).map { _ in group.currentOrNext.index }) == [0, 1, 2])
        let second = group.reactors[1]
        #expect(await second.run { group.currentOrNext === second })
    }

    @Test func `a reactor blocks the signal of a broken pipe on its thread`() async throws {
        try await withReactor { reactor in
            let result = await reactor.run { () -> Int in
                guard let pipe = try? brokenPipe() else { return 0 }
                defer { close(pipe) }
                return write(pipe, "x", 1)
            }
            #expect(result == -1)
        }
    }
}

/// The writing end of a pipe that nobody reads.
private func brokenPipe() throws -> Int32 {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemError("pipe") }
    close(ends[0])
    return ends[1]
}
