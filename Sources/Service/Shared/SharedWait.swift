internal import Reactor

/// How long a replica waits for the answer that another one is getting: contract 13.8. Pure.
struct SharedWait {
    /// For a first sign of progress.
    static let patience = Duration.milliseconds(250)
    /// In all: as long as a lead lasts.
    static let longest = Duration.seconds(30)

    private let start: MonotonicTime

    init(start: MonotonicTime) {
        self.start = start
    }

    /// Until it is worth looking again; nil to go on alone.
    func pause(hasProgress: Bool, at now: MonotonicTime) -> Duration? {
        let waited = now.since(start)
        guard waited < (hasProgress ? Self.longest : Self.patience) else { return nil }
        return waited < Self.patience ? .milliseconds(20) : .milliseconds(50)
    }
}
