import HubCore
import Synchronization

/// A ledger in memory. A call that is ended twice, or was not begun, is a mistake of the hub's.
final class MemoryLedger: Ledger {
    private struct State {
        var begun: [LedgerCall] = []
        var ended: Set<Int> = []
        var rows: [LedgerRow] = []
    }

    private let state = Mutex(State())

    func begin(_ call: LedgerCall, shard: Int) -> LedgerEntry {
        state.withLock { state in
            state.begun.append(call)
            return LedgerEntry(shard: shard, place: state.begun.count - 1)
        }
    }

    func end(_ entry: LedgerEntry, _ result: LedgerResult) {
        state.withLock { state in
            precondition(state.ended.insert(entry.place).inserted, "a call was ended twice")
            state.rows.append(LedgerRow(call: state.begun[entry.place], result: result))
        }
    }

    var counts: LedgerCounts { LedgerCounts() }
    /// In the order in which they ended.
    var rows: [LedgerRow] { state.withLock { $0.rows } }
    var openCount: Int { state.withLock { $0.begun.count - $0.ended.count } }

    /// `1 first error`, in the order in which they began.
    var lines: [String] {
        rows.sorted { $0.call.sequence < $1.call.sequence }
            .map { "\($0.call.sequence) \($0.call.provider) \($0.result.outcome.text)" }
    }
}
