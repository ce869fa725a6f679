/// Lets tool calls that interleave follow each other, for dialects whose blocks do: a call waits until the one before it
/// is complete. Of the first choice only. Pure; one per stream.
struct CallSequence: Sendable {
    private var open: Int?
    private var balance = JSONBalance()
    /// Of calls that wait for the open one.
    private var waiting: [ChatEvent] = []
    private var waitingBytes = 0
    /// More than this is not kept: the open call is then taken for complete.
    private static let waitingBound = 1 << 20

    /// - Parameter write: gets the event, and those that waited for it, in the order in which they are to be written.
    mutating func take(_ event: ChatEvent, _ write: (ChatEvent) -> Void) {
        switch event {
        case .toolCall(0, let call, let id, let name, _):
            if mustWait(call) { return wait(event, id.utf8.count + name.utf8.count, write) }
            begin(call, event, write)
        case .toolArguments(0, let call, let piece):
            if mustWait(call) { return wait(event, piece.utf8.count, write) }
            append(piece, of: call, event, write)
            if balance.isComplete { flush(isLast: false, write) }
        case .text(0, _), .textSignature(0, _), .refusal(0, _), .reasoning(0, _), .reasoningSignature(0, _),
            .encryptedReasoning(0, _), .media(0, _, _):
            finish(write)
            open = nil
            write(event)
        default: write(event)
        }
    }

    /// Nothing more comes: gives what still waits.
    mutating func finish(_ write: (ChatEvent) -> Void) {
        flush(isLast: true, write)
    }

    /// Another call is open and not complete, or others wait already.
    private func mustWait(_ call: Int) -> Bool {
        guard let open, open != call else { return false }
        return !waiting.isEmpty || !balance.isComplete
    }

    private mutating func wait(_ event: ChatEvent, _ bytes: Int, _ write: (ChatEvent) -> Void) {
        waiting.append(event)
        waitingBytes += bytes
        if waitingBytes > Self.waitingBound { flush(isLast: true, write) }
    }

    private mutating func begin(_ call: Int, _ event: ChatEvent, _ write: (ChatEvent) -> Void) {
        open = call
        balance = JSONBalance()
        write(event)
    }

    private mutating func append(
        _ piece: String, of call: Int, _ event: ChatEvent, _ write: (ChatEvent) -> Void
    ) {
        // What comes for a call that is closed has no place any more.
        guard open == call else { return }
        balance.take(piece)
        write(event)
    }

    /// Gives what waited, call by call.
    /// - Parameter isLast: nothing more comes for any of them; else those behind an incomplete one wait on.
    private mutating func flush(isLast: Bool, _ write: (ChatEvent) -> Void) {
        guard !waiting.isEmpty else { return }
        let events = waiting
        waiting = []
        waitingBytes = 0
        // Pieces of the open call come first.
        var order = open.map { [$0] } ?? []
        for case .toolCall(_, let call, _, _, _) in events where !order.contains(call) { order.append(call) }
        for (position, call) in order.enumerated() {
            if position > 0, !isLast, !balance.isComplete {
                let rest = order[position...]
                waiting = events.filter { Self.call(of: $0).map(rest.contains) ?? false }
                return
            }
            for event in events where Self.call(of: event) == call {
                switch event {
                case .toolCall: begin(call, event, write)
                case .toolArguments(_, _, let piece): append(piece, of: call, event, write)
                default: break
                }
            }
        }
    }

    private static func call(of event: ChatEvent) -> Int? {
        switch event {
        case .toolCall(_, let call, _, _, _), .toolArguments(_, let call, _): call
        default: nil
        }
    }
}
