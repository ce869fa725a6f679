internal import HubCore
internal import Wire

/// The ids of an answer that no pipeline made.
struct AnswerIDs {
    let requestID: String
    let traceparent: String
    let traceID: String

    init(_ head: HTTP1RequestHead?, clock: any TimeSource, random: inout RandomSource) {
        requestID =
            head.flatMap(RequestDirectives.requestID)
            ?? "req_"
            + UUIDv7.text(milliseconds: clock.wallNanoseconds / 1_000_000, random: (random.next(), random.next()))
        let span = random.next() | 1
        let given = head?.values(of: "traceparent") ?? []
        let trace =
            (given.count == 1 ? TraceContext(traceparent: given[0])?.with(parentID: span) : nil)
            ?? TraceContext(traceID: .init(high: random.next() | 1, low: random.next()), parentID: span, flags: 1)
        traceparent = trace.traceparent
        traceID = trace.traceID.text
    }
}
