internal import Dialects
internal import Wire

/// One of two calls that race, with a context of its own: nothing that a call writes is shared.
///
/// Unchecked: its task alone touches it until that has told the race that it ended; from then on the race's task does. What
/// both look at is in the race, under its lock.
final class HedgeLeg: @unchecked Sendable {
    /// From 0.
    let number: Int
    let context: RequestContext
    /// Nil for a whole answer.
    let sink: HedgeSink?
    private let race: HedgeRace
    fileprivate(set) var outcome: Result<CompletionResponse?, HubError>?

    init(_ number: Int, _ plan: RoutePlan, _ race: HedgeRace) {
        self.number = number
        self.race = race
        context = RequestContext(legOf: race.context, number: number)
        context.plan = plan
        sink = race.sink.map { HedgeSink($0, race, number) }
    }

    /// Makes the call.
    func run(_ pipeline: Pipeline) async {
        context.leg = self
        do throws(HubError) {
            let response = try await pipeline.attempt(context, sink)
            _ = race.claim(number, context)
            outcome = .success(response)
        } catch {
            outcome = .failure(error)
            // What is wrong with the request is wrong with it elsewhere, too: nobody is waited for.
            if FaultClass(error).remedy == .answer { _ = race.claim(number, context) }
        }
        // Each holds the other.
        context.leg = nil
        race.ended(number)
    }

    /// Why the call failed, for whoever may go on with the stream of the one that is heard.
    func note(_ failure: HubError) {
        if race.winner == number { race.context.rescue?.note(failure) }
    }

    /// Throws where the other has answered meanwhile: a call that was not made costs nothing.
    /// - Parameter giveBack: what was reserved for it.
    func goesOn(orElse giveBack: () -> Void) throws(HubError) {
        guard race.hasLost(number) else { return }
        giveBack()
        throw HubError(.aborted, "another call was quicker")
    }

    /// What a call has most likely cost that was cancelled because the other was quicker. Nil where its provider has said it,
    /// or where it ended for another reason.
    func estimatedUsage(of failure: HubError) -> TokenUsage? {
        guard FaultClass(failure) == .aborted, !failure.isUnsent, race.hasLost(number), context.callUsage == nil,
            let call = context.call,
            let plan = context.plan
        else { return nil }
        return TokenUsage(input: call.estimatedInput(plan))
    }
}
