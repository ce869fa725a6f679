internal import Reactor
internal import Synchronization

/// Counts connections in all and per address, over all reactors.
final class ConnectionLimiter: Sendable {
    enum Admission: Equatable {
        case admitted
        /// Over a limit: there is room to say so, with 503.
        case overLimit
        /// Far over the limit: close without a word.
        case refused
    }

    private struct Address: Hashable {
        var high: UInt64
        var low: UInt64

        init(_ peer: SocketAddress) {
            high = peer.high
            low = peer.low
        }
    }

    private let maximum: Int
    private let maximumPerAddress: Int
    private let total = Atomic<Int>(0)
    private let perAddress = Mutex<[Address: Int]>([:])

    init(maximum: Int, maximumPerAddress: Int) {
        self.maximum = maximum
        self.maximumPerAddress = maximumPerAddress
    }

    var count: Int { total.load(ordering: .relaxed) }

    /// Takes a place. Anything but `.refused` must be released.
    func take(for peer: SocketAddress) -> Admission {
        let count = total.wrappingAdd(1, ordering: .relaxed).newValue
        if count > Self.bound(maximum) {
            total.wrappingSubtract(1, ordering: .relaxed)
            return .refused
        }
        guard maximumPerAddress > 0 else { return count > maximum ? .overLimit : .admitted }
        let ofAddress = add(1, for: peer)
        // Those that are to be told so take places of others until they have asked.
        if ofAddress > Self.bound(maximumPerAddress) {
            release(peer)
            return .refused
        }
        return count > maximum || ofAddress > maximumPerAddress ? .overLimit : .admitted
    }

    /// With those that are over the limit and told so.
    private static func bound(_ limit: Int) -> Int { limit + limit / 16 + 16 }

    func release(_ peer: SocketAddress) {
        total.wrappingSubtract(1, ordering: .relaxed)
        if maximumPerAddress > 0 { _ = add(-1, for: peer) }
    }

    private func add(_ difference: Int, for peer: SocketAddress) -> Int {
        perAddress.withLock { counts in
            let count = counts[Address(peer), default: 0] + difference
            counts[Address(peer)] = count > 0 ? count : nil
            return count
        }
    }
}
