internal import Reactor
internal import Synchronization

/// The journal that the reactors share, and who is told.
final class RedisHealth: Sendable {
    private let journal = Mutex(RedisJournal())
    private let tell: @Sendable (RedisEvent) -> Void

    init(_ tell: @escaping @Sendable (RedisEvent) -> Void) {
        self.tell = tell
    }

    var isHealthy: Bool { journal.withLock { $0.isHealthy } }

    func note(_ change: @Sendable (inout RedisJournal) -> RedisEvent?) {
        if let event = journal.withLock({ change(&$0) }) { tell(event) }
    }
}
