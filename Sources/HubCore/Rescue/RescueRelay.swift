internal import Dialects

/// Takes the chunks of the provider that goes on with a stream, and passes them on as the first provider's.
///
/// What it passes goes the way of all chunks, so that the client and those who follow its call see one stream.
final class RescueRelay: StreamReceiver {
    private let context: RequestContext
    private let relay: StreamRelay
    private var continuation: StreamContinuation
    private var flow: (any StreamFlow)?
    private var pieces: [StreamChunk] = []
    /// Why what came cannot be passed on.
    private var failure: HubError?
    /// Of the request's calls before this stream's.
    private let earlier: TokenUsage?
    /// What the first provider counted.
    private let first: TokenUsage?
    private let estimate: StreamRescue.Estimate

    init(
        _ context: RequestContext, _ sink: any AnswerSink, _ continuation: StreamContinuation, earlier: TokenUsage?,
        first: TokenUsage?, estimate: StreamRescue.Estimate
    ) {
        self.context = context
        self.continuation = continuation
        self.earlier = earlier
        self.first = first
        self.estimate = estimate
        relay = StreamRelay(context: context, sink: sink, isFirstHand: false)
    }

    /// Something of it has reached the client.
    var hasSpoken: Bool { relay.hasCommitted }

    func attach(_ flow: any StreamFlow) {
        self.flow = flow
        relay.attach(flow)
    }

    func detach() {
        flow = nil
        relay.detach()
    }

    func reportDropped(_ parameters: [String]) { relay.reportDropped(parameters) }

    func receive(_ chunk: StreamChunk) {
        guard failure == nil else { return }
        context.count(chunk.usage, in: chunk.body)
        context.noteArrived(chunk)
        do throws(HubError) {
            try continuation.take(chunk, into: &pieces)
            pass()
        } catch {
            failure = error
            pieces = []
            flow?.stop()
        }
    }

    /// The call has ended.
    /// - Parameter error: how, unless it ended as complete.
    func finish(_ error: HubError? = nil) throws(HubError) {
        if let failure = failure ?? error { throw failure }
        let usage = StreamRescue.usage(first, estimate, context.callUsage)
        if let usage { context.usage = (earlier ?? TokenUsage()) + usage }
        try continuation.finish(usage: usage, into: &pieces)
        pass()
        relay.commit(at: context.clock.monotonicNanoseconds)
    }

    /// What both have used is told at the end, and not by each chunk.
    private func pass() {
        for var piece in pieces {
            piece.usage = nil
            relay.receive(piece)
        }
        pieces.removeAll(keepingCapacity: true)
    }
}
