internal import Wire

/// The `hub` object that other dialects' answers carry on request: contract 2.9.
enum HubObject {
    static func write(_ metadata: AnswerMetadata, to writer: inout JSONWriter) {
        writer.key("hub")
        writer.beginObject()
        writer.member("request_id", metadata.requestID)
        writer.member("trace_id", metadata.traceID)
        writer.member("provider", metadata.provider)
        writer.member("model", metadata.model)
        writer.member("cache", metadata.cache.rawValue)
        writeAttempts(metadata.attempts, to: &writer)
        writer.member("route_reason", metadata.routeReason)
        writeOrigin(metadata, to: &writer)
        writer.member("latency_ms", milliseconds(metadata.latencyMilliseconds))
        writer.member("provider_latency_ms", milliseconds(metadata.providerLatencyMilliseconds))
        writeCost(metadata, to: &writer)
        writer.key("dropped_params")
        writer.beginArray()
        for name in metadata.droppedParameters { writer.string(name) }
        writer.endArray()
        if let usage = metadata.usage { writeTokens(usage, to: &writer) }
        writer.endObject()
    }

    /// Only of a stream that another provider went on with.
    static func writeOrigin(_ metadata: AnswerMetadata, to writer: inout JSONWriter) {
        guard let origin = metadata.resumedFrom else { return }
        writer.key("resumed_from")
        writer.beginObject()
        writer.member("provider", origin.provider)
        writer.member("model", origin.model)
        writer.member("after_characters", origin.characters)
        writer.endObject()
    }

    /// Microseconds are enough.
    static func milliseconds(_ value: Double) -> Double {
        (value * 1000).rounded() / 1000
    }

    private static func writeAttempts(_ attempts: [AttemptRecord], to writer: inout JSONWriter) {
        writer.key("attempts")
        writer.beginArray()
        for attempt in attempts {
            writer.beginObject()
            writer.member("attempt_id", attempt.attemptID)
            writer.member("provider", attempt.provider)
            writer.member("model", attempt.model)
            writer.member("outcome", attempt.outcome.rawValue)
            writer.member("status", attempt.status)
            writer.member("latency_ms", milliseconds(attempt.latencyMilliseconds))
            if let fault = attempt.fault { writer.member("fault", fault) }
            writer.endObject()
        }
        writer.endArray()
    }

    static func writeCost(_ metadata: AnswerMetadata, to writer: inout JSONWriter) {
        writer.key("cost_usd")
        if let cost = metadata.costNanoDollars {
            writer.raw(Array(Money.dollars(nano: cost).utf8))
        } else {
            writer.null()
            writer.member("cost_code", "unpriced")
        }
    }

    /// The five classes of contract 1.1: sound is counted with the text beside it, and caches together.
    static func writeTokens(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.key("tokens")
        writer.beginObject()
        writer.member("input", usage.input + usage.audioInput)
        writer.member("cache_read", usage.cacheRead)
        writer.member("cache_write", usage.cacheWriteTotal)
        writer.member("output", usage.output + usage.audioOutput)
        writer.member("reasoning", usage.reasoning)
        writer.endObject()
    }
}
