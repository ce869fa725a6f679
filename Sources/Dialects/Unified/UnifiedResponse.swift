internal import Wire

/// The hub's own completion object: contract 2.1.
public enum UnifiedResponse {
    public static func render(
        _ response: CompletionResponse, id: String, created: Int, metadata: AnswerMetadata
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "chat.completion")
        writer.member("created", response.body["created"]?.int ?? created)
        writer.member("model", response.servedModel ?? metadata.model)
        writer.member("provider", metadata.provider)
        writer.key("choices")
        writer.beginArray()
        for choice in response.body["choices"].map({ Array($0.elements) }) ?? [] { write(choice, to: &writer) }
        writer.endArray()
        if let usage = metadata.usage { writeUsage(usage, to: &writer) }
        writeMetadata(metadata, to: &writer)
        for (key, value) in response.body.members where !isOwn(key) {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        return writer.bytes
    }

    /// Fields that the hub writes itself; all others are passed on.
    static func isOwn(_ key: JSONKey) -> Bool {
        switch key.string {
        case "id", "object", "created", "model", "provider", "choices", "usage", "metadata": true
        default: false
        }
    }

    private static func write(_ choice: JSONValue, to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, value) in choice.members {
            if key.equals("message"), value.isObject {
                writer.key("message")
                writeMessage(value, to: &writer)
            } else if key.equals("finish_reason") {
                writer.key("finish_reason")
                writeFinishReason(value, to: &writer)
            } else if !(key.equals("logprobs") && value.isNull) {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.endObject()
    }

    /// A message or a delta. Servers call reasoning text by two names, some by both; the hub by one.
    static func writeMessage(_ message: JSONValue, to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, value) in message.members {
            if key.equals("reasoning_content") {
                if !value.isNull, message["reasoning"]?.isNull ?? true { writer.member("reasoning", value) }
            } else if key.equals("content") || !value.isNull {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.endObject()
    }

    static func writeFinishReason(_ reason: JSONValue, to writer: inout JSONWriter) {
        switch reason.string {
        case nil: writer.null()
        case "model_length": writer.string("length")
        case "stop", "length", "tool_calls", "function_call", "content_filter": writer.value(reason)
        default: writer.string("stop")
        }
    }

    static func writeUsage(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.key("usage")
        writer.beginObject()
        OpenAIUsage.writeMembers(usage, to: &writer)
        writer.member("input_tokens", usage.promptTotal)
        writer.member("output_tokens", usage.completionTotal)
        OpenAIUsage.writeDetails(usage, to: &writer)
        writer.endObject()
    }

    static func writeMetadata(_ metadata: AnswerMetadata, to writer: inout JSONWriter) {
        writer.key("metadata")
        writer.beginObject()
        writer.member("provider", metadata.provider)
        writer.member("model", metadata.model)
        writer.member("request_id", metadata.requestID)
        writer.member("trace_id", metadata.traceID)
        writer.member("cached", metadata.cache.isHit)
        if metadata.cache == .hitL1 { writer.member("cache_tier", "l1") }
        if metadata.cache == .hitL2 { writer.member("cache_tier", "l2") }
        writer.member("latency_ms", HubObject.milliseconds(metadata.latencyMilliseconds))
        writer.member("provider_latency_ms", HubObject.milliseconds(metadata.providerLatencyMilliseconds))
        HubObject.writeCost(metadata, to: &writer)
        writer.member("attempts", metadata.attempts.count)
        writer.member("fallback_used", metadata.isFallback)
        writer.member("route_reason", metadata.routeReason)
        HubObject.writeOrigin(metadata, to: &writer)
        if let usage = metadata.usage { HubObject.writeTokens(usage, to: &writer) }
        writer.endObject()
    }
}
