/// A source of chunks that are already here: whoever sends them asks before the next.
///
/// Belongs to the request's task, like its sink.
final class PausableFlow: StreamFlow {
    private var isPaused = false
    private var waiter: CheckedContinuation<Void, Never>?

    func pause() { isPaused = true }

    /// Also called when the client goes away.
    func resume() {
        isPaused = false
        waiter?.resume()
        waiter = nil
    }

    func untilResumed() async {
        guard isPaused else { return }
        await withCheckedContinuation { waiter = $0 }
    }
}
