import Synchronization

/// Whether a scripted provider is down now.
final class FaultPhase: Sendable {
    private let down = Mutex(false)

    var isDown: Bool {
        get { down.withLock { $0 } }
        set { down.withLock { $0 = newValue } }
    }
}
