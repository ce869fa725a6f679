public import Dialects
internal import Wire

/// Where the chunks of a streamed answer go: the client, in its dialect.
public protocol AnswerSink: AnyObject {
    /// The commit point: the head of the answer leaves.
    func open(_ context: RequestContext)
    /// The chunks that follow belong to the prompt at this position; 0 for a chat.
    func begin(part: Int)
    func send(_ chunk: StreamChunk)
    var isCongested: Bool { get }
    /// Called when a congested sink has room again.
    var onWritable: (() -> Void)? { get set }
}

/// Holds chunks back until one carries payload, then passes them on: before that point a failure can
/// still be answered as one, or be tried elsewhere.
final class StreamRelay: StreamReceiver {
    private let context: RequestContext
    private let sink: any AnswerSink
    private var held: [StreamChunk] = []
    private var heldBytes = 0
    private var flow: (any StreamFlow)?
    private var isPaused = false
    /// Bytes that the client was sent though it does not keep up.
    private var overrun = 0
    private(set) var hasCommitted = false
    /// More chunks or bytes than this without payload commit as well: the buffer has a bound.
    private static let heldChunks = 256
    private static let mostHeldBytes = 1 << 20
    /// Gets what the provider sent, and not what was made of it.
    private let isFirstHand: Bool

    init(context: RequestContext, sink: any AnswerSink, isFirstHand: Bool = true) {
        self.isFirstHand = isFirstHand
        self.context = context
        self.sink = sink
    }

    /// The stream is over: its source is let go.
    func detach() {
        flow = nil
        sink.onWritable = nil
    }

    func attach(_ flow: any StreamFlow) {
        self.flow = flow
        sink.onWritable = { [weak self] in self?.resume() }
    }

    func receive(_ chunk: StreamChunk) {
        context.count(chunk.usage, in: chunk.body)
        if isFirstHand { context.noteArrived(chunk) }
        if hasCommitted { return pass(chunk) }
        held.append(chunk)
        heldBytes += chunk.body.documentBytes
        guard chunk.hasPayload || held.count > Self.heldChunks || heldBytes > Self.mostHeldBytes else { return }
        let now = context.clock.monotonicNanoseconds
        if chunk.hasPayload {
            context.callPayloadAt = now
            if context.firstPayloadAt == nil { context.firstPayloadAt = now }
        }
        commit(at: now)
    }

    func reportDropped(_ parameters: [String]) {
        context.noteDropped(byProvider: parameters)
    }

    /// Sends what was held. Also called at the end of a stream without payload.
    func commit(at now: UInt64) {
        guard !hasCommitted else { return }
        hasCommitted = true
        context.noteProviderAnswered(at: now)
        if !context.isCommitted {
            context.committedAt = now
            sink.open(context)
        }
        let chunks = held
        held = []
        for chunk in chunks { pass(chunk) }
    }

    /// Forgets what a failed attempt sent.
    func discard() {
        held = []
        heldBytes = 0
        context.discardUsage()
    }

    private func pass(_ chunk: StreamChunk) {
        if let flight = context.flight, let plan = context.plan { flight.tell(chunk, plan) }
        if let rescue = context.rescue { rescue.follow(chunk) }
        sink.send(chunk)
        guard sink.isCongested else {
            overrun = 0
            return
        }
        if !isPaused, !goesOnForOthers(chunk) {
            isPaused = true
            flow?.pause()
        }
    }

    /// Others that follow the call do not wait for a client that reads slowly, up to a bound.
    private func goesOnForOthers(_ chunk: StreamChunk) -> Bool {
        guard let flight = context.flight, !flight.hold() else { return false }
        overrun += chunk.body.documentBytes
        return overrun < Flight.longestLag
    }

    private func resume() {
        guard isPaused else { return }
        isPaused = false
        context.flight?.endHold()
        flow?.resume()
    }
}
