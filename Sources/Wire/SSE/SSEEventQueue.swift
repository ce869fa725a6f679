/// Events one piece completed, in order. Its room is used again once all were taken.
struct SSEEventQueue: Sendable {
    private var events: [SSEEvent?] = []
    private var head = 0

    mutating func append(_ event: SSEEvent) {
        events.append(event)
    }

    /// Hands the event over rather than sharing it, so that its data can be changed in place.
    mutating func popFirst() -> SSEEvent? {
        guard head < events.count else { return nil }
        let event = events[head].take()
        head += 1
        if head == events.count {
            events.removeAll(keepingCapacity: true)
            head = 0
        }
        return event
    }
}
