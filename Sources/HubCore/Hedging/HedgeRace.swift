internal import Dialects
internal import Synchronization

/// Two calls for one request, of which the first to answer is taken.
///
/// Unchecked: the request's context and its client are touched by the call that has won, and by the request's own task when
/// no call is under way. The rest is under the lock: off the reactors the two calls run on several threads.
final class HedgeRace: @unchecked Sendable {
    let context: RequestContext
    let sink: (any AnswerSink)?
    /// Of the calls before the race.
    private let earlierAttempts: Int
    private let state = Mutex(State())

    private struct State {
        var winner: Int?
        var ended = [false, false]
        var hasSecond = false
        var isTimeOver = false
        var waiter: (question: Question, continuation: CheckedContinuation<Void, Never>)?

        func answers(_ question: Question) -> Bool {
            switch question {
            case .secondCall: winner != nil || ended[0] || isTimeOver
            case .decision: winner != nil || ended == [true, true]
            }
        }

        /// Who waited for what is now known.
        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            guard let waiting = waiter, answers(waiting.question) else { return nil }
            waiter = nil
            return waiting.continuation
        }
    }

    /// What the request's task waits to know.
    enum Question {
        /// Whether there is reason for a second call.
        case secondCall
        /// Who is taken.
        case decision
    }

    init(_ context: RequestContext, _ sink: (any AnswerSink)?) {
        self.context = context
        self.sink = sink
        earlierAttempts = context.attemptCount
        context.beginWaiting(at: context.clock.monotonicNanoseconds)
    }

    // MARK: Calls

    /// A call has something to say. False if the other was quicker.
    func claim(_ number: Int, _ leg: RequestContext) -> Bool {
        let (isWinner, count, waiter) = state.withLock { state in
            if state.winner == nil { state.winner = number }
            return (state.winner == number, state.hasSecond ? 2 : 1, state.takeWaiter())
        }
        if isWinner {
            context.adopt(leg, attemptCount: earlierAttempts + count)
            context.noteProviderAnswered(at: context.clock.monotonicNanoseconds)
        }
        waiter?.resume()
        return isWinner
    }

    func ended(_ number: Int) {
        change { $0.ended[number] = true }
    }

    func hasLost(_ number: Int) -> Bool {
        state.withLock { $0.winner.map { $0 != number } ?? false }
    }

    // MARK: The request's task

    var winner: Int? { state.withLock { $0.winner } }

    func timeIsOver() {
        change { $0.isTimeOver = true }
    }

    /// True if nothing has come of the first call yet, and the meter has a second one left.
    func beginSecond(_ meter: HedgeMeter) -> Bool {
        state.withLock { state in
            guard state.winner == nil, !state.ended[0], meter.take() else { return false }
            state.hasSecond = true
            return true
        }
    }

    func wait(for question: Question) async {
        await withCheckedContinuation { continuation in
            let isKnown = state.withLock { state in
                if state.answers(question) { return true }
                state.waiter = (question, continuation)
                return false
            }
            if isKnown { continuation.resume() }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            return state.takeWaiter()
        }
        waiter?.resume()
    }
}
