internal import Wire

/// Probabilities of tokens: Gemini's `logprobsResult` and OpenAI's `logprobs`.
enum GeminiLogprobs {
    /// As OpenAI has it; nil where there are none.
    static func canonical(_ result: JSONValue?) -> JSONValue? {
        guard let chosen = result?["chosenCandidates"], chosen.isArray else { return nil }
        let top = result?["topCandidates"]
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.key("content")
        writer.beginArray()
        var alternatives = top?.elements.makeIterator()
        for candidate in chosen.elements {
            writer.beginObject()
            writeMembers(candidate, to: &writer)
            writer.key("top_logprobs")
            writer.beginArray()
            if let others = alternatives?.next()?["candidates"] {
                for other in others.elements {
                    writer.beginObject()
                    writeMembers(other, to: &writer)
                    writer.endObject()
                }
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return try? JSONDocument.parse(writer.bytes).root
    }

    private static func writeMembers(_ candidate: JSONValue, to writer: inout JSONWriter) {
        let token = candidate["token"]?.string ?? ""
        writer.member("token", token)
        // Google leaves a zero out.
        writer.member("logprob", candidate["logProbability"]?.double ?? 0)
        writer.key("bytes")
        writer.beginArray()
        for byte in token.utf8 { writer.int(Int(byte)) }
        writer.endArray()
    }

    /// Writes the members `avgLogprobs` and `logprobsResult` of a candidate.
    static func write(_ logprobs: JSONValue?, to writer: inout JSONWriter) {
        guard let content = logprobs?["content"], content.count > 0 else { return }
        let sum = content.elements.reduce(0) { $0 + ($1["logprob"]?.double ?? 0) }
        writer.member("avgLogprobs", sum / Double(content.count))
        writer.key("logprobsResult")
        writer.beginObject()
        writer.key("topCandidates")
        writer.beginArray()
        for entry in content.elements {
            writer.beginObject()
            writer.key("candidates")
            writer.beginArray()
            if let others = entry["top_logprobs"] { for other in others.elements { write(entry: other, to: &writer) } }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.key("chosenCandidates")
        writer.beginArray()
        for entry in content.elements { write(entry: entry, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(entry: JSONValue, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("token", entry["token"]?.string ?? "")
        writer.member("logProbability", entry["logprob"]?.double ?? 0)
        writer.endObject()
    }
}
