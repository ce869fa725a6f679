import Glibc
import TestSupport
import Testing

@testable import Reactor

private func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw SystemError("pipe") }
    return (ends[0], ends[1])
}

/// Calls a closure for each event.
private final class Watcher: DescriptorHandler {
    let onEvents: (DescriptorEvents) -> Void

    init(_ onEvents: @escaping (DescriptorEvents) -> Void) {
        self.onEvents = onEvents
    }

    func descriptorReady(_ events: DescriptorEvents) { onEvents(events) }
}

private final class Turn: EndOfTurnHandler {
    let onEnd: () -> Void

    init(_ onEnd: @escaping () -> Void) {
        self.onEnd = onEnd
    }

    func endOfTurn() { onEnd() }
}

@Suite struct DescriptorTests {
    @Test func `a descriptor that becomes readable is reported on the reactor`() async throws {
        try await withReactor { reactor in
            let pipe = try makePipe()
            let isReported = Gate()
            reactor.submit {
                try? reactor.watch(
                    pipe.read, for: .read,
                    handler: Watcher { events in
                        #expect(events.contains(.readable))
                        #expect(reactor.isCurrent)
                        reactor.unwatch(pipe.read)
                        isReported.open()
                    })
            }
            write(pipe.write, "x", 1)
            await isReported.opened()
            close(pipe.read)
            close(pipe.write)
        }
    }

    @Test func `an event collected for a closed descriptor does not reach its successor`() async throws {
        try await withReactor { reactor in
            let first = try makePipe()
            let second = try makePipe()
            let isDone = Gate()
            // Both are readable in one turn. Whichever is reported first replaces the other with a pipe of the
            // same number that has nothing to read.
            let staleEvents = await reactor.run { () -> StaleEvents in
                let stale = StaleEvents()
                func replace(_ old: Int32) {
                    reactor.unwatch(old)
                    guard let fresh = try? makePipe() else { return }
                    dup2(fresh.read, old)
                    close(fresh.read)
                    stale.keptOpen.append(fresh.write)
                    try? reactor.watch(old, for: .read, handler: Watcher { _ in stale.count += 1 })
                    reactor.atEndOfTurn(Turn { reactor.submit { isDone.open() } })
                }
                try? reactor.watch(
                    first.read, for: .read,
                    handler: Watcher { _ in
                        reactor.unwatch(first.read)
                        replace(second.read)
                    })
                try? reactor.watch(
                    second.read, for: .read,
                    handler: Watcher { _ in
                        reactor.unwatch(second.read)
                        replace(first.read)
                    })
                write(first.write, "x", 1)
                write(second.write, "x", 1)
                return stale
            }
            await isDone.opened()
            #expect(await reactor.run { staleEvents.count } == 0)
            for descriptor in [first.read, first.write, second.read, second.write] + staleEvents.keptOpen {
                close(descriptor)
            }
        }
    }

    @Test func `tables that shrink drop the events already collected, and grow again`() async throws {
        try await withReactor { reactor in
            let first = try makePipe()
            let second = try makePipe()
            let isShrunk = Gate()
            let isReported = Gate()
            reactor.submit {
                // Both are readable in one turn. Whichever is reported first forgets both, the highest in the table.
                for pipe in [first, second] {
                    try? reactor.watch(
                        pipe.read, for: .read,
                        handler: Watcher { _ in
                            reactor.unwatch(first.read)
                            reactor.unwatch(second.read)
                            reactor.shrinkTables()
                            reactor.submit { isShrunk.open() }
                        })
                    write(pipe.write, "x", 1)
                }
            }
            await isShrunk.opened()
            reactor.submit {
                try? reactor.watch(
                    second.read, for: .read,
                    handler: Watcher { _ in
                        reactor.unwatch(second.read)
                        isReported.open()
                    })
            }
            await isReported.opened()
            for descriptor in [first.read, first.write, second.read, second.write] { close(descriptor) }
        }
    }

    private final class StaleEvents: @unchecked Sendable {
        var count = 0
        var keptOpen: [Int32] = []
    }

    @Test func `watching a closed descriptor fails`() async throws {
        try await withReactor { reactor in
            let code = await reactor.run { () -> Int32 in
                do throws(SystemError) {
                    try reactor.watch(100_000, for: .read, handler: Watcher { _ in })
                    return 0
                } catch {
                    return error.code
                }
            }
            #expect(code == EBADF)
        }
    }

    @Test func `unwatch lets the handler go`() async throws {
        try await withReactor { reactor in
            let pipe = try makePipe()
            let isReleased = await reactor.run {
                weak var released: Watcher?
                do {
                    let watcher = Watcher { _ in }
                    released = watcher
                    try? reactor.watch(pipe.read, for: .read, handler: watcher)
                    reactor.unwatch(pipe.read)
                    reactor.unwatch(pipe.read)
                }
                return released == nil
            }
            #expect(isReleased)
            close(pipe.read)
            close(pipe.write)
        }
    }

    @Test func `handlers at the end of a turn run once and after the turn's tasks`() async throws {
        try await withReactor { reactor in
            let isDone = Gate()
            let order = await reactor.run { () -> Order in
                let order = Order()
                reactor.atEndOfTurn(
                    Turn {
                        order.events.append("end")
                        reactor.atEndOfTurn(Turn { isDone.open() })
                    })
                Task(executorPreference: reactor) { order.events.append("task") }
                return order
            }
            await isDone.opened()
            #expect(await reactor.run { order.events } == ["task", "end"])
        }
    }

    private final class Order: @unchecked Sendable {
        var events: [String] = []
    }
}
