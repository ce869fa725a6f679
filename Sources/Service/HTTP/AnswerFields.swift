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
        head.add(room: 64) { out in
            out.put("server-timing: total;dur=")
            appendMilliseconds(elapsed, to: &out)
            out.put("\r\n")
        }
    }

    /// Headers of a completion, or of its error.
    static func add(_ context: RequestContext, to head: inout HTTPResponseHead) {
        // Given ids were checked to be printable, and short, when they were read.
        let requestID = context.directives.requestID
        head.add(room: 456 + (requestID?.utf8.count ?? 0)) { out in
            out.put("x-request-id: ")
            context.appendRequestID(to: &out)
            out.put("\r\ntraceparent: ")
            context.trace.append(to: &out)
            out.put("\r\nserver-timing: ")
            appendServerTiming(context, to: &out)
            out.put("\r\n")
        }
        addLimits(context.limitStates, to: &head)
        guard let plan = context.plan else { return }
        let cache = context.cache.rawValue
        let names = plan.entry.id.utf8.count + plan.model.utf8.count + plan.reason.utf8.count + cache.utf8.count
        head.add(room: 192 + names) { out in
            out.put("x-hub-provider: ")
            out.put(scrubbing: plan.entry.id)
            out.put("\r\nx-hub-model: ")
            out.put(scrubbing: plan.model)
            out.put("\r\nx-hub-cache: ")
            out.put(cache)
            out.put("\r\nx-hub-attempts: ")
            out.decimal(UInt64(context.attemptCount))
            out.put("\r\nx-hub-route-reason: ")
            out.put(scrubbing: plan.reason)
            out.put("\r\n")
        }
        if let age = context.cacheAge { head.add("age", age) }
        if !context.droppedParameters.isEmpty {
            head.add("x-hub-dropped-params", context.droppedParameters.joined(separator: ", "))
        }
    }

    /// Under OpenAI's names and in its form.
    private static func addLimits(_ states: LimitStates, to head: inout HTTPResponseHead) {
        if let state = states.requests {
            head.add("x-ratelimit-limit-requests", state.limit)
            head.add("x-ratelimit-remaining-requests", state.remaining)
            head.add("x-ratelimit-reset-requests", LimitReset.text(milliseconds: state.resetMilliseconds))
        }
        if let state = states.tokens {
            head.add("x-ratelimit-limit-tokens", state.limit)
            head.add("x-ratelimit-remaining-tokens", state.remaining)
            head.add("x-ratelimit-reset-tokens", LimitReset.text(milliseconds: state.resetMilliseconds))
        }
    }

    /// Under the names that clients of vendors read it from.
    static func addRequestID(
        _ id: @autoclosure () -> String, _ dialect: CompletionRequest.Dialect, to head: inout HTTPResponseHead
    ) {
        switch dialect {
        case .anthropic: head.add("request-id", id())
        case .bedrock: head.add("x-amzn-requestid", id())
        case .openAI, .unified, .textCompletion, .responses, .gemini, .embeddings: break
        }
    }

    static func addCost(_ context: RequestContext, to head: inout HTTPResponseHead) {
        if let cost = context.costNanoDollars {
            head.add(room: 24 + Money.longestText) { out in
                out.put("x-hub-cost-usd: ")
                Money.append(nano: cost, to: &out)
                out.put("\r\n")
            }
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

    /// Takes at most 330 bytes: 8 times of up to 24 digits and their names.
    private static func appendServerTiming(_ context: RequestContext, to out: inout TextCursor) {
        let phases = context.phases
        out.put("parse;dur=")
        appendMilliseconds(phases.parse, to: &out)
        out.put(", auth;dur=")
        appendMilliseconds(phases.authenticate, to: &out)
        out.put(", govern;dur=")
        appendMilliseconds(phases.govern, to: &out)
        out.put(", cache;dur=")
        appendMilliseconds(phases.cache, to: &out)
        out.put(", route;dur=")
        appendMilliseconds(phases.route, to: &out)
        out.put(", provider;dur=")
        appendMilliseconds(phases.provider, to: &out)
        out.put(", transform;dur=")
        appendMilliseconds(phases.transform, to: &out)
        out.put(", total;dur=")
        appendMilliseconds(context.elapsed, to: &out)
    }

    private static func appendMilliseconds(_ nanoseconds: UInt64, to out: inout TextCursor) {
        out.thousandths(nanoseconds / 1000)
    }
}
