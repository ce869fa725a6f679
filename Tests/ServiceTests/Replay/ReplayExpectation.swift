import Dialects
import TestSupport
import Wire

/// What a recorded interaction must look like after it went through the hub. Says what is meant independently of
/// the code under test: from the recordings and the providers' documentation.
struct ReplayExpectation {
    let interaction: RecordedInteraction

    /// The recorded model at the scripted provider.
    private var model: String { interaction.request["model"]?.string ?? "unnamed" }

    var asksForUsage: Bool {
        interaction.isStream && interaction.request["stream_options"]?["include_usage"]?.bool == true
    }

    // MARK: Requests

    func clientRequest() -> [UInt8] { request(model: "fixture/\(model)", includesUsage: false) }

    /// As recorded, in the recorded order; a stream asks for usage.
    func providerRequest() -> String {
        String(decoding: request(model: model, includesUsage: interaction.isStream), as: UTF8.self)
    }

    private func request(model: String, includesUsage: Bool) -> [UInt8] {
        var writer = JSONWriter(reserving: 4096)
        writer.beginObject()
        if interaction.request["model"] == nil { writer.member("model", model) }
        var hasOptions = false
        for (key, value) in interaction.request.members {
            if key.equals("model") {
                writer.member("model", model)
            } else if key.equals("stream_options"), includesUsage {
                hasOptions = true
                writeOptions(value, to: &writer)
            } else {
                writer.key(key)
                writer.value(value)
            }
        }
        if includesUsage, !hasOptions { writeOptions(nil, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private func writeOptions(_ recorded: JSONValue?, to writer: inout JSONWriter) {
        writer.key("stream_options")
        writer.beginObject()
        if let recorded, recorded.isObject {
            for (key, value) in recorded.members where !key.equals("include_usage") {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.member("include_usage", true)
        writer.endObject()
    }

    // MARK: Answers

    /// The recorded events without comments; without usage if the client did not ask for it.
    func events() -> [String] {
        recordedEvents().compactMap { event in
            let isUsageOnly = event["usage"]?.isObject == true && (event["choices"]?.count ?? 0) == 0
            if isUsageOnly, !asksForUsage { return nil }
            return Self.compact(event, without: asksForUsage ? nil : "usage")
        }
    }

    /// Up to an error.
    func recordedEvents() -> [JSONValue] {
        SSEText.events(interaction.body).compactMap { try? JSONDocument.parse($0.data, maximumDepth: 512).root }
    }

    static func compact(_ value: JSONValue, without left: StaticString? = nil) -> String {
        var writer = JSONWriter(reserving: 1024)
        if let left, value.isObject {
            writer.beginObject()
            for (key, value) in value.members where !key.equals(left) {
                writer.key(key)
                writer.value(value)
            }
            writer.endObject()
        } else {
            writer.value(value)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    // MARK: Usage

    /// The disjoint classes: table 1.4 of the providers' wire facts, by provider.
    func usage() -> TokenUsage? {
        guard let recorded = recordedUsage() else { return nil }
        let prompt = Self.count(recorded["prompt_tokens"])
        let completion = Self.count(recorded["completion_tokens"])
        let details = recorded["prompt_tokens_details"]
        let cached = min(prompt, Self.count(details?["cached_tokens"] ?? recorded["prompt_cache_hit_tokens"]))
        let written = min(prompt - cached, Self.count(details?["cache_write_tokens"]))
        let reasoning = Self.count(recorded["completion_tokens_details"]?["reasoning_tokens"])
        var usage = TokenUsage(
            input: prompt - cached - written, cacheRead: cached, cacheWrite: written,
            output: completion - min(reasoning, completion), reasoning: min(reasoning, completion))
        switch interaction.provider {
        case "xai": (usage.output, usage.reasoning) = (completion, reasoning)
        case "mistral": usage.input += Self.count(details?["audio_tokens"])
        case "gemini": usage.reasoning = Self.count(recorded["total_tokens"]) - prompt - completion
        default: break
        }
        return usage
    }

    /// Of a stream the last one that is not null.
    private func recordedUsage() -> JSONValue? {
        guard interaction.isStream else {
            return (try? JSONDocument.parse(interaction.body, maximumDepth: 512).root)?["usage"]
        }
        let reported = recordedEvents().compactMap { event in
            [event["usage"], event["x_groq"]?["usage"]].compactMap { $0 }.first { $0.isObject }
        }
        return reported.last
    }

    private static func count(_ value: JSONValue?) -> Int {
        value?.int ?? value?.double.map { Int($0) } ?? 0
    }
}

/// Reads event streams in tests.
enum SSEText {
    /// All events but `[DONE]`.
    static func events(_ bytes: [UInt8]) -> [SSEEvent] {
        all(bytes).filter { !$0.data.elementsEqual("[DONE]".utf8) }
    }

    static func endsWithDone(_ bytes: [UInt8]) -> Bool {
        all(bytes).last?.data.elementsEqual("[DONE]".utf8) == true
    }

    private static func all(_ bytes: [UInt8]) -> [SSEEvent] {
        var reader = SSEReader()
        bytes.withUnsafeBytes { reader.feed($0) }
        var events: [SSEEvent] = []
        while let event = try? reader.next() { events.append(event) }
        if let last = reader.takePartialEvent() { events.append(last) }
        return events
    }
}
