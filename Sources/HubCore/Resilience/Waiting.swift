/// How a request waits between two attempts. Injected, so that retries are tested without waiting.
public protocol Waiting: Sendable {
    /// Comes back on the caller's executor. Throws when the caller's task is cancelled.
    func wait(nanoseconds: UInt64) async throws(CancellationError)
}

/// Waits as every task can: for programs that embed the hub without reactors.
public struct TaskWaiting: Waiting {
    public init() {}

    public func wait(nanoseconds: UInt64) async throws(CancellationError) {
        do { try await Task.sleep(nanoseconds: nanoseconds) } catch { throw CancellationError() }
    }
}
