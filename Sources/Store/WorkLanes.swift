internal import Dispatch
internal import HubCore
internal import Synchronization

/// Runs work that blocks on connections, away from the threads of those who wait for it: as many pieces at once as there are
/// lanes, each lane a serial queue with a connection of its own that is opened when it is first needed.
///
/// Work that finds every lane taken waits in line. The line is bounded in length and in time, so a database that has become
/// slow cannot gather every request of the hub.
final class WorkLanes: Sendable {
    /// The connection is the work's until it returns.
    typealias Work = @Sendable (Result<any SQLConnection, StoreError>) -> Void

    private static let maximumWaiting = 1000
    private static let longestWaitNanoseconds: UInt64 = 5_000_000_000

    /// `@unchecked Sendable`: its connection is touched on its queue only.
    private final class Lane: @unchecked Sendable {
        let queue: DispatchQueue
        var connection: (any SQLConnection)?

        init(_ name: String, _ connection: sending (any SQLConnection)?) {
            queue = DispatchQueue(label: name, qos: .userInitiated)
            self.connection = connection
        }
    }

    private struct Waiting {
        let work: Work
        let since: UInt64
    }

    private struct State {
        var idle: [Lane]
        var waiting: [Waiting] = []
        var isClosed = false
    }

    private let lanes: [Lane]
    private let state: Mutex<State>
    private let clock: any TimeSource
    private let connect: @Sendable () throws(StoreError) -> any SQLConnection

    /// - Parameters:
    ///   - first: an open connection for the first lane.
    ///   - connect: opens another; it may block.
    init(
        count: Int, name: String, clock: any TimeSource, first: sending (any SQLConnection)? = nil,
        connect: @escaping @Sendable () throws(StoreError) -> any SQLConnection
    ) {
        lanes = [Lane(name, first)] + (1..<count).map { _ in Lane(name, nil) }
        // The one with a connection is taken first.
        state = Mutex(State(idle: lanes.reversed()))
        self.clock = clock
        self.connect = connect
    }

    /// Does not wait. The work is called once, whatever happens.
    func submit(_ work: @escaping Work) {
        let waiting = Waiting(work: work, since: clock.monotonicNanoseconds)
        let lane: Lane?
        do throws(StoreError) {
            lane = try state.withLock { state throws(StoreError) -> Lane? in
                if state.isClosed { throw .outage("the database is closed") }
                if let lane = state.idle.popLast() { return lane }
                guard state.waiting.count < Self.maximumWaiting else {
                    throw .unavailable("\(Self.maximumWaiting) operations wait for the database already")
                }
                state.waiting.append(waiting)
                return nil
            }
        } catch {
            return work(.failure(error))
        }
        guard let lane else { return }
        lane.queue.async {
            var next: Waiting? = waiting
            while let work = next {
                self.perform(work, on: lane)
                next = self.next(for: lane)
            }
        }
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Waits for the work under way and closes the connections. Work that waits in line is told so.
    func close() {
        let abandoned = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiting in abandoned { waiting.work(.failure(.outage("the database is closed"))) }
        for lane in lanes { lane.queue.sync { lane.connection = nil } }
    }

    private func next(for lane: Lane) -> Waiting? {
        state.withLock { state in
            if state.waiting.isEmpty {
                state.idle.append(lane)
                return nil
            }
            return state.waiting.removeFirst()
        }
    }

    private func perform(_ waiting: Waiting, on lane: Lane) {
        guard clock.monotonicNanoseconds &- waiting.since < Self.longestWaitNanoseconds else {
            return waiting.work(.failure(.unavailable("the database took too long for the operations before")))
        }
        if lane.connection?.isUsable == false { lane.connection = nil }
        let connection: any SQLConnection
        do throws(StoreError) {
            if let open = lane.connection { connection = open } else { connection = try connect() }
        } catch {
            return waiting.work(.failure(error))
        }
        lane.connection = connection
        waiting.work(.success(connection))
    }
}
