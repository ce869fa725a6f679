import Reactor
import TestSupport

/// Runs `body` with a reactor that is stopped afterwards.
func withReactor<Result>(_ body: (Reactor) async throws -> Result) async throws -> Result {
    let reactor = try Reactor()
    defer { reactor.stop() }
    return try await body(reactor)
}

extension Reactor {
    /// Runs `work` on the reactor's thread and returns its result.
    func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            submit { continuation.resume(returning: work()) }
        }
    }
}
