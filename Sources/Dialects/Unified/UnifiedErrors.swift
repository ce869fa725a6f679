internal import Wire

/// The hub's own error envelope: contract 1.6.
public enum UnifiedErrors {
    public static func render(_ error: HubError, requestID: String) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.member("type", error.code.facts.type)
        writer.member("code", error.code.rawValue)
        writer.member("message", error.message)
        if let parameter = error.parameter { writer.member("param", parameter) }
        if let provider = error.provider { writer.member("provider", provider) }
        writer.member("retryable", error.isRetryable)
        if let retryAfter = error.retryAfter { writer.member("retryAfter", retryAfter) }
        writer.member("requestId", requestID)
        if let upstream = error.upstream { writeDetails(upstream, to: &writer) }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func writeDetails(_ upstream: HubError.Upstream, to writer: inout JSONWriter) {
        writer.key("details")
        writer.beginObject()
        writer.member("upstreamStatus", upstream.status)
        if let code = upstream.code { writer.member("upstreamCode", code) }
        if let message = upstream.message, upstream.status != 401, upstream.status != 403 {
            writer.member("upstreamMessage", message)
        }
        writer.endObject()
    }
}
