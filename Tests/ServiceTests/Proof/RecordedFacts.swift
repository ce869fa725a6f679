import Dialects
import TestSupport
import Wire

/// The document of a recorded answer, or those of its stream.
struct RecordedDocuments {
    let isStream: Bool
    let all: [JSONValue]

    init(_ body: [UInt8], isStream: Bool) {
        self.isStream = isStream
        let whole = try? JSONDocument.parse(body, maximumDepth: 512).root
        if !isStream {
            all = [whole].compactMap { $0 }
        } else if body.first == 0 {
            // The length of AWS's first frame.
            all = Self.frames(body)
        } else if let whole, whole.isArray {
            // Gemini's without `alt=sse`.
            all = Array(whole.elements)
        } else {
            all = SSEText.events(body).compactMap { try? JSONDocument.parse($0.data, maximumDepth: 512).root }
        }
    }
}

extension RecordedDocuments {
    private static func frames(_ body: [UInt8]) -> [JSONValue] {
        var reader = EventStreamReader()
        body.withUnsafeBytes { reader.feed($0) }
        var documents: [JSONValue] = []
        while let frame = try? reader.next() {
            if let document = try? JSONDocument.parse(frame.payload, maximumDepth: 512).root {
                documents.append(document)
            }
        }
        return documents
    }
}

/// What a recorded answer says, read without the code under test: by the tables 1.3 and 1.4 of the providers' wire facts.
/// Of the first choice.
struct RecordedFacts {
    var text = ""
    var calls: [String] = []
    var finish: Finish.Reason?
    /// Prompt with caches, cache reads, output with reasoning. Nil where nothing was reported.
    var usage: [Int]?

    func problems(_ answer: ChatResponse) -> [String] {
        var problems: [String] = []
        let choice = answer.choices.first { $0.index == 0 }
        let parts = choice?.parts ?? []
        let text = parts.compactMap(\.text).joined()
        if text != self.text { problems.append("text \(text.prefix(80)), not \(self.text.prefix(80))") }
        let calls = parts.compactMap { if case .toolCall(let call) = $0.content { call.name } else { nil } }
        if calls != self.calls { problems.append("calls \(calls), not \(self.calls)") }
        if let finish, let got = choice?.finish.reason, got != finish {
            problems.append("finish \(got), not \(finish)")
        }
        let usage = answer.usage.map { [$0.promptTotal, $0.cacheRead, $0.completionTotal] }
        if let wanted = self.usage, usage != wanted { problems.append("usage \(usage ?? []), not \(wanted)") }
        return problems
    }

    // MARK: Anthropic

    static func anthropic(_ documents: RecordedDocuments) -> RecordedFacts {
        var facts = RecordedFacts()
        var counts: [String: Int] = [:]
        for document in documents.all {
            let blocks = (document["content"]?.isArray == true ? document["content"] : nil).map { Array($0.elements) }
            for block in (blocks ?? []) + [document["content_block"]].compactMap({ $0 }) {
                switch block["type"]?.string {
                case "text": facts.text += block["text"]?.string ?? ""
                case "tool_use": facts.calls.append(block["name"]?.string ?? "")
                default: break
                }
            }
            facts.text += document["delta"]?["text"]?.string ?? ""
            let reason = document["stop_reason"]?.string ?? document["delta"]?["stop_reason"]?.string
            if let reason { facts.finish = anthropicFinish(reason) }
            // Later values replace earlier ones, field by field.
            for (key, value) in (document["usage"] ?? document["message"]?["usage"])?.members ?? document.members {
                if let count = value.int { counts[key.string] = count }
            }
        }
        let cached = counts["cache_read_input_tokens"] ?? 0
        let prompt = (counts["input_tokens"] ?? 0) + cached + (counts["cache_creation_input_tokens"] ?? 0)
        if counts["output_tokens"] != nil { facts.usage = [prompt, cached, counts["output_tokens"] ?? 0] }
        return facts
    }

    private static func anthropicFinish(_ reason: String) -> Finish.Reason? {
        switch reason {
        case "end_turn", "stop_sequence": .stop
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": .toolCalls
        case "refusal": .contentFilter
        case "pause_turn": .pause
        default: nil
        }
    }

    // MARK: Bedrock

    static func bedrock(_ documents: RecordedDocuments) -> RecordedFacts {
        var facts = RecordedFacts()
        for document in documents.all {
            let content = document["output"]?["message"]?["content"].map { Array($0.elements) } ?? []
            for block in content + [document["start"], document["delta"]].compactMap({ $0 }) {
                facts.text += block["text"]?.string ?? ""
                facts.text +=
                    block["citationsContent"]?["content"]?.elements.compactMap { $0["text"]?.string }.joined() ?? ""
                // Bedrock calls its own tools itself.
                if let use = block["toolUse"], let name = use["name"]?.string, use["type"]?.string != "server_tool_use"
                {
                    facts.calls.append(name)
                }
            }
            if let reason = document["stopReason"]?.string { facts.finish = bedrockFinish(reason) }
            guard let usage = document["usage"], let input = usage["inputTokens"]?.int else { continue }
            let cached = usage["cacheReadInputTokens"]?.int ?? 0
            let prompt = input + cached + (usage["cacheWriteInputTokens"]?.int ?? 0)
            facts.usage = [prompt, cached, usage["outputTokens"]?.int ?? 0]
        }
        return facts
    }

    private static func bedrockFinish(_ reason: String) -> Finish.Reason? {
        switch reason {
        case "end_turn", "stop_sequence": .stop
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": .toolCalls
        case "guardrail_intervened", "content_filtered": .contentFilter
        default: nil
        }
    }

    // MARK: Gemini

    static func gemini(_ documents: RecordedDocuments) -> RecordedFacts {
        var facts = RecordedFacts()
        for document in documents.all {
            if let usage = document["usageMetadata"] { facts.usage = geminiUsage(usage) }
            guard let candidate = document["candidates"]?.elements.first(where: { ($0["index"]?.int ?? 0) == 0 })
            else { continue }
            for part in candidate["content"]?["parts"]?.elements ?? candidate.elements {
                if let name = part["functionCall"]?["name"]?.string { facts.calls.append(name) }
                if part["thought"]?.bool != true { facts.text += part["text"]?.string ?? "" }
            }
            if let reason = candidate["finishReason"]?.string { facts.finish = geminiFinish(reason) }
        }
        // Gemini says STOP of calls as well.
        if facts.finish == .stop, !facts.calls.isEmpty { facts.finish = .toolCalls }
        return facts
    }

    private static func geminiUsage(_ usage: JSONValue) -> [Int]? {
        guard usage["totalTokenCount"] != nil else { return nil }
        let count = { (name: String) -> Int in usage[named: name]?.int ?? 0 }
        return [
            count("promptTokenCount") + count("toolUsePromptTokenCount"), count("cachedContentTokenCount"),
            count("candidatesTokenCount") + count("thoughtsTokenCount"),
        ]
    }

    private static func geminiFinish(_ reason: String) -> Finish.Reason? {
        switch reason {
        case "STOP": .stop
        case "MAX_TOKENS": .length
        case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR": .contentFilter
        case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL": .malformed
        default: nil
        }
    }

    // MARK: OpenAI

    static func openAI(_ documents: RecordedDocuments) -> RecordedFacts {
        var facts = RecordedFacts()
        var lastID: [Int: String] = [:]
        for document in documents.all {
            if let usage = [document["usage"], document["x_groq"]?["usage"]].compactMap({ $0 }).first(where: \.isObject)
            {
                facts.usage = openAIUsage(usage)
            }
            guard let choice = document["choices"]?.elements.first(where: { ($0["index"]?.int ?? 0) == 0 }) else {
                continue
            }
            if let reason = choice["finish_reason"]?.string { facts.finish = openAIFinish(reason) }
            guard let message = choice["message"] ?? choice["delta"] else { continue }
            facts.text += openAIText(message["content"])
            if let name = message["function_call"]?["name"]?.string, !name.isEmpty { facts.calls.append(name) }
            for (place, call) in (message["tool_calls"]?.elements ?? message.elements).enumerated() {
                guard let name = call["function"]?["name"]?.string, !name.isEmpty else { continue }
                let index = call["index"]?.int ?? place
                let id = call["id"]?.string ?? ""
                // Some servers repeat the name in every piece.
                if documents.isStream, lastID[index] != nil, id.isEmpty || lastID[index] == id { continue }
                lastID[index] = id
                facts.calls.append(name)
            }
        }
        // A forced call ends with stop.
        if facts.finish == .stop, !facts.calls.isEmpty { facts.finish = .toolCalls }
        return facts
    }

    /// Mistral's and Databricks' content is a list of parts.
    private static func openAIText(_ content: JSONValue?) -> String {
        guard let content, content.isArray else { return content?.string ?? "" }
        return content.elements.filter { $0["type"]?.equals("text") == true }.compactMap { $0["text"]?.string }.joined()
    }

    private static func openAIUsage(_ usage: JSONValue) -> [Int]? {
        let count = { (value: JSONValue?) -> Int in value?.int ?? value?.double.map { Int($0) } ?? 0 }
        let prompt = count(usage["prompt_tokens"])
        let cached = count(usage["prompt_tokens_details"]?["cached_tokens"] ?? usage["prompt_cache_hit_tokens"])
        // What these report of sound and thoughts is beside the totals: `ReplayExpectation` knows by provider.
        let completion = count(usage["completion_tokens"])
        let isPlain = count(usage["total_tokens"]) == prompt + completion
        return isPlain ? [prompt, min(prompt, cached), completion] : nil
    }

    private static func openAIFinish(_ reason: String) -> Finish.Reason? {
        switch reason {
        case "stop": .stop
        case "length", "model_length": .length
        case "tool_calls", "function_call": .toolCalls
        case "content_filter": .contentFilter
        default: nil
        }
    }
}
