internal import Dialects
internal import Reactor

/// Work that is waited for until a time and no longer.
enum TimeBound {
    /// Nil when the time came first: the work is cancelled then, and its end awaited.
    /// - Parameter end: nil sets no bound. Neither has a call off the reactors, which none of the hub's are.
    static func run<Answer: Sendable>(
        until end: MonotonicTime?, _ work: @escaping @Sendable () async throws(HubError) -> Answer
    ) async throws(HubError) -> Answer? {
        guard let end, let reactor = Reactor.current else { return try await work() }
        let first = await withTaskGroup(of: Result<Answer, HubError>?.self) { group in
            group.addTask {
                do throws(HubError) {
                    return .success(try await work())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await reactor.sleep(until: end)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        return try first?.get()
    }
}
