internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// The response headers of contract 1.3.
enum AnswerFields {
    /// Headers that every answer has.
    /// - Parameter elapsed: nanoseconds since the request was read.
    static func add(_ ids: AnswerIDs, elapsed: UInt64, to head: inout HTTPResponseHead) {
        head.add("x-request-id", ids.requestID)
        head.add("traceparent", ids.traceparent)
        head.add("server-timing") { append("total;dur=", elapsed, to: &$0) }
    }

    /// Headers of a completion, or of its error.
    static func add(_ context: RequestContext, to head: inout HTTPResponseHead) {
        // Given ids were checked to be printable when they were read.
        head.add("x-request-id") { context.appendRequestID(to: &$0) }
        head.add("traceparent") { context.trace.append(to: &$0) }
        head.add("server-timing") { appendServerTiming(context, to: &$0) }
        guard let plan = context.plan else { return }
        head.add("x-hub-provider", plan.entry.id)
        head.add("x-hub-model", plan.model)
        head.add("x-hub-cache", context.cache.rawValue)
        head.add("x-hub-attempts", context.attemptCount)
        head.add("x-hub-route-reason", plan.reason)
        if !context.droppedParameters.isEmpty {
            head.add("x-hub-dropped-params", context.droppedParameters.joined(separator: ", "))
        }
    }

    static func addCost(_ context: RequestContext, to head: inout HTTPResponseHead) {
        if let cost = context.costNanoDollars {
            head.add("x-hub-cost-usd") { Money.append(nano: cost, to: &$0) }
        } else {
            head.add("x-hub-cost-usd", "unpriced" as StaticString)
        }
    }

    static func add(_ error: HubError, to head: inout HTTPResponseHead) {
        if let seconds = error.retryAfter ?? (error.status == 503 || error.status == 429 ? 1 : nil) {
            head.add("retry-after", seconds)
        }
        head.add("x-should-retry", error.isRetryable ? "true" : "false" as StaticString)
    }

    private static func appendServerTiming(_ context: RequestContext, to out: inout [UInt8]) {
        let phases = context.phases
        append("parse;dur=", phases.parse, to: &out)
        append(", auth;dur=", phases.authenticate, to: &out)
        append(", route;dur=", phases.route, to: &out)
        append(", provider;dur=", phases.provider, to: &out)
        append(", transform;dur=", phases.transform, to: &out)
        append(", total;dur=", context.elapsed, to: &out)
    }

    /// Milliseconds with three decimals.
    private static func append(_ name: StaticString, _ nanoseconds: UInt64, to out: inout [UInt8]) {
        out.append(name)
        let microseconds = nanoseconds / 1000
        out.appendDecimal(Int(clamping: microseconds / 1000))
        out.append(UInt8(ascii: "."))
        out.appendDecimal(microseconds % 1000, minimumDigits: 3)
    }
}
