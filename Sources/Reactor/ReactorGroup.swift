internal import CLinux
internal import Synchronization

/// The reactors of a process, one per core unless told otherwise.
public final class ReactorGroup: Sendable {
    public let reactors: [Reactor]
    private let turn = Atomic<Int>(0)

    /// - Parameter count: number of reactors; 0 means one per core this process may run on.
    public init(count: Int = 0) throws(SystemError) {
        var reactors: [Reactor] = []
        for index in 0..<(count > 0 ? count : Self.availableCores) {
            reactors.append(try Reactor(index: index))
        }
        self.reactors = reactors
    }

    /// The reactor of the calling thread if it belongs to this group, else the next in turn.
    public var currentOrNext: Reactor {
        if let current = Reactor.current, current.index < reactors.count, reactors[current.index] === current {
            return current
        }
        let position = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return reactors[Int(UInt(bitPattern: position) % UInt(reactors.count))]
    }

    public func stop() {
        for reactor in reactors { reactor.stop() }
    }

    /// Cores the scheduler lets this process use: containers often get fewer than the machine has.
    public static var availableCores: Int { Int(clinux_available_cores()) }
}
