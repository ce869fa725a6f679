internal import Synchronization

/// Bounds the connections that calls to one provider use at once, over all reactors. A call that finds none free
/// waits for one, in turn, and fails with `poolExhausted` when its time is over.
///
/// A connection of HTTP/1.1 serves one call at a time. Once the provider has answered in HTTP/2, whose connections
/// serve many, so many more calls are let through.
public final class ConnectionPool: Sendable {
    /// How long a call waits for a place.
    let patience: Duration
    private let maximumConnections: Int
    private let state = Mutex(State())
    /// What libcurl puts on one connection of HTTP/2.
    private static let callsPerHTTP2Connection = 100

    private struct State {
        var callsInUse = 0
        var callsPerConnection = 1
        /// By the order in which they came.
        var waiting: [UInt64: Transfer] = [:]
        /// The first in `waiting` has this number or a later one.
        var first: UInt64 = 0
        var next: UInt64 = 0

        /// Takes the first out of the queue.
        mutating func popFirst() -> Transfer? {
            while first < next {
                defer { first += 1 }
                if let transfer = waiting.removeValue(forKey: first) { return transfer }
            }
            return nil
        }
    }

    public init(maximumConnections: Int = 100, patience: Duration = .seconds(2)) {
        self.maximumConnections = maximumConnections
        self.patience = patience
    }

    /// Takes a place. If none is free the transfer is put in the queue and told by `placeGranted`.
    func take(for transfer: Transfer) -> Bool {
        state.withLock { state in
            if state.waiting.isEmpty, state.callsInUse < maximumConnections * state.callsPerConnection {
                state.callsInUse += 1
                return true
            }
            transfer.numberInQueue = state.next
            state.waiting[state.next] = transfer
            state.next += 1
            return false
        }
    }

    /// Gives a place back.
    func giveBack() {
        grant { $0.callsInUse -= 1 }
    }

    /// The provider has answered in HTTP/2.
    public func noteHTTP2() {
        grant { $0.callsPerConnection = Self.callsPerHTTP2Connection }
    }

    /// Leaves the queue. A transfer that is no longer in it has been granted a place.
    func withdraw(_ transfer: Transfer) {
        state.withLock { _ = $0.waiting.removeValue(forKey: transfer.numberInQueue) }
    }

    /// Gives the places that are free after a change to those first in the queue.
    private func grant(_ change: (inout State) -> Void) {
        var granted: [Transfer] = []
        state.withLock { state in
            change(&state)
            while state.callsInUse < maximumConnections * state.callsPerConnection, let next = state.popFirst() {
                state.callsInUse += 1
                granted.append(next)
            }
        }
        for transfer in granted { transfer.placeGranted() }
    }
}
