internal import HubCore
internal import Reactor

/// Waits on the reactor of the request.
struct ReactorWaiting: Waiting {
    let reactors: ReactorGroup

    func wait(nanoseconds: UInt64) async throws(CancellationError) {
        try await reactors.currentOrNext.sleep(for: .nanoseconds(Int64(clamping: nanoseconds)))
    }
}
