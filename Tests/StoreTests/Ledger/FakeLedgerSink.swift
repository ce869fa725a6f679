import HubCore
import Synchronization

@testable import Store

/// A table in memory that fails when it is told to: before it takes rows, or after, when its answer is lost.
final class FakeLedgerSink: LedgerSink {
    enum Fault: Equatable { case none, before, after }

    private struct State {
        var rows: [LedgerRow] = []
        var positions: [String: JournalPosition] = [:]
        var faults: [Fault] = []
        var fault: @Sendable () -> Fault = { .none }
        var refuses: @Sendable (LedgerRow) -> Bool = { _ in false }
        var calls = 0
    }

    private let state = Mutex(State())
    private static let away = StoreError.outage("away")

    var rows: [LedgerRow] { state.withLock { $0.rows } }
    var journals: [String] { state.withLock { Array($0.positions.keys) } }
    var calls: Int { state.withLock { $0.calls } }

    func fail(_ fault: @escaping @Sendable () -> Fault) { state.withLock { $0.fault = fault } }
    func refuse(_ refuses: @escaping @Sendable (LedgerRow) -> Bool) { state.withLock { $0.refuses = refuses } }

    func position(of journal: String) throws(StoreError) -> JournalPosition? {
        try state.withLock { state throws(StoreError) in
            if state.fault() != .none { throw Self.away }
            return state.positions[journal]
        }
    }

    func append(
        _ rows: [LedgerRow], journal: String, from start: JournalPosition?, to end: JournalPosition
    ) throws(StoreError) -> JournalPosition? {
        try state.withLock { state throws(StoreError) in
            state.calls += 1
            let fault = state.fault()
            if fault == .before { throw Self.away }
            if rows.contains(where: state.refuses) { throw .refused("not this") }
            guard state.positions[journal] == start else {
                if fault == .after { throw Self.away }
                return state.positions[journal]
            }
            state.positions[journal] = end
            state.rows += rows
            if fault == .after { throw Self.away }
            return end
        }
    }

    /// As a database that was put back, or another hub, may.
    func forgetPositions() { state.withLock { $0.positions = [:] } }

    func forget(process: String) throws(StoreError) {
        try state.withLock { state throws(StoreError) in
            if state.fault() == .before { throw Self.away }
            for journal in state.positions.keys where journal.hasPrefix("\(process)-") {
                state.positions[journal] = nil
            }
            if state.fault() == .after { throw Self.away }
        }
    }

    func missing(_ calls: [LedgerCall]) throws(StoreError) -> [LedgerCall] {
        try state.withLock { state throws(StoreError) in
            if state.fault() != .none { throw Self.away }
            let known = Set(state.rows.map(\.call.attemptID.text))
            return calls.filter { !known.contains($0.attemptID.text) }
        }
    }
}
