public import Wire

/// What a response object repeats of its request.
public struct ResponsesEcho: Sendable {
    private let request: JSONValue?
    private let isStored: Bool

    /// - Parameters:
    ///   - request: the client's body; nil: every field has its default.
    ///   - isStored: the hub keeps the answer.
    public init(_ request: JSONValue? = nil, isStored: Bool = false) {
        self.request = request
        self.isStored = isStored
    }

    /// Whether a provider's own answer must be changed: it was asked to keep nothing and to continue nothing.
    var changesAnswers: Bool { isStored || request?.given("previous_response_id") != nil }

    /// Writes a provider's own response object, with what the hub does in its place.
    func write(_ response: JSONValue, hub: AnswerMetadata?, to writer: inout JSONWriter) {
        let previous = request?.given("previous_response_id")
        writer.beginObject()
        for (key, value) in response.members {
            if key.equals("store"), isStored { continue }
            if key.equals("previous_response_id"), previous != nil { continue }
            writer.key(key)
            writer.value(value)
        }
        if isStored { writer.member("store", true) }
        if let previous { writer.member("previous_response_id", previous) }
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
    }

    /// Writes the fields that repeat the request, with their defaults.
    func writeMembers(to writer: inout JSONWriter) {
        for name in ["instructions", "max_output_tokens", "max_tool_calls", "previous_response_id"] as [StaticString] {
            write(name, orElse: "null", to: &writer)
        }
        write("metadata", orElse: "{}", to: &writer)
        write("parallel_tool_calls", orElse: "true", to: &writer)
        write("reasoning", orElse: #"{"effort":null,"summary":null}"#, to: &writer)
        writer.member("store", isStored)
        write("temperature", orElse: "null", to: &writer)
        write("text", orElse: #"{"format":{"type":"text"}}"#, to: &writer)
        write("tool_choice", orElse: #""auto""#, to: &writer)
        write("tools", orElse: "[]", to: &writer)
        write("top_logprobs", orElse: "0", to: &writer)
        write("top_p", orElse: "null", to: &writer)
        write("truncation", orElse: #""disabled""#, to: &writer)
        write("user", orElse: "null", to: &writer)
        for name in ["prompt_cache_key", "safety_identifier"] as [StaticString] {
            if let value = request?.given(name) { writer.member(name, value) }
        }
        writer.member("background", false)
    }

    private func write(_ name: StaticString, orElse standard: StaticString, to writer: inout JSONWriter) {
        writer.key(name)
        if let value = request?.given(name) { writer.value(value) } else { writer.raw(standard) }
    }
}
