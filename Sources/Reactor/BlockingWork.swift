internal import Dispatch

/// Runs work that may block (files, key derivation) on a dispatch queue, away from every reactor.
public enum BlockingWork {
    private static let queue = DispatchQueue(label: "blocking-work", qos: .utility, attributes: .concurrent)

    /// Does not wait for the work.
    public static func start(_ work: @escaping @Sendable () -> Void) {
        queue.async(execute: work)
    }

    /// The calling task resumes on its own reactor.
    public static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}
