extension Reactor {
    /// Suspends the current task until `deadline`, or throws at once when the task is cancelled.
    public func sleep(until deadline: MonotonicTime) async throws(CancellationError) {
        let sleeper = Sleeper(reactor: self)
        await withTaskCancellationHandler {
            await withCheckedContinuation { sleeper.start(deadline, $0) }
        } onCancel: {
            if isCurrent { sleeper.wake() } else { submit { sleeper.wake() } }
        }
        if Task.isCancelled { throw CancellationError() }
    }

    public func sleep(for duration: Duration) async throws(CancellationError) {
        try await sleep(until: .now + duration)
    }
}

/// One sleeping task.
///
/// `@unchecked Sendable`: touched on its reactor's thread only.
private final class Sleeper: TimerHandler, @unchecked Sendable {
    private let reactor: Reactor
    private var timer: ReactorTimer?
    private var continuation: CheckedContinuation<Void, Never>?
    private var isAwake = false

    init(reactor: Reactor) {
        self.reactor = reactor
    }

    func start(_ deadline: MonotonicTime, _ continuation: CheckedContinuation<Void, Never>) {
        guard reactor.isCurrent else {
            reactor.submit { self.start(deadline, continuation) }
            return
        }
        if isAwake { return continuation.resume() }
        self.continuation = continuation
        timer = reactor.setTimer(at: deadline, handler: self)
    }

    func timerFired(tag: Int) {
        timer = nil
        wake()
    }

    func wake() {
        isAwake = true
        if let timer { reactor.cancel(timer) }
        timer = nil
        continuation?.resume()
        continuation = nil
    }
}
