internal import Dialects

/// The client, as one of two calls that race sees it: the first that has something to say is heard, the other is not.
final class HedgeSink: AnswerSink {
    private let sink: any AnswerSink
    private let race: HedgeRace
    private let number: Int
    private var isHeard = false

    init(_ sink: any AnswerSink, _ race: HedgeRace, _ number: Int) {
        self.sink = sink
        self.race = race
        self.number = number
    }

    var onWritable: (() -> Void)? {
        didSet { if isHeard { sink.onWritable = onWritable } }
    }

    var isCongested: Bool { isHeard && sink.isCongested }

    func open(_ context: RequestContext) {
        guard race.claim(number, context) else { return }
        isHeard = true
        sink.onWritable = onWritable
        race.context.committedAt = context.committedAt
        sink.open(race.context)
    }

    func begin(part: Int) {
        if isHeard { sink.begin(part: part) }
    }

    func send(_ chunk: StreamChunk) {
        guard isHeard else { return }
        if let flight = race.context.flight, let plan = race.context.plan { flight.tell(chunk, plan) }
        if let rescue = race.context.rescue { rescue.follow(chunk) }
        sink.send(chunk)
    }
}
