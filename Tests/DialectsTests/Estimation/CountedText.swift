import TestSupport
import Wire

/// A text of recorded traffic and how many tokens its provider counted for it.
struct CountedText {
    var provider: String
    var model: String
    var parts: [String]
    /// 0 for an answer's text.
    var messages: Int
    var tokens: Int

    /// The prompt and the answer of an interaction, where they are text alone and the count is for that text alone.
    static func all(in interaction: RecordedInteraction, dialect: String) -> [CountedText] {
        guard interaction.status == 200 else { return [] }
        let documents = interaction.documents
        var texts: [CountedText] = []
        var answer = AnswerText()
        for document in documents { answer.read(document, dialect: dialect) }
        let name = interaction.request["model"]?.string ?? interaction.model ?? ""
        if let text = answer.text, let tokens = answer.outputTokens {
            texts.append(
                CountedText(provider: interaction.provider, model: name, parts: [text], messages: 0, tokens: tokens))
        }
        if let prompt = PromptText(interaction.request, dialect: dialect), let tokens = answer.inputTokens {
            texts.append(
                CountedText(
                    provider: interaction.provider, model: name, parts: prompt.parts, messages: prompt.messages,
                    tokens: tokens))
        }
        // Of at least 100 tokens itself: some providers add a prompt of their own to a short one.
        return texts.filter { $0.tokens >= 100 && $0.parts.reduce(0) { $0 + $1.utf8.count } >= 300 }
    }
}

extension RecordedInteraction {
    /// The body, or the data of its events.
    var documents: [JSONValue] {
        guard isStreamBody else { return (try? JSONDocument.parse(body, maximumDepth: 512).root).map { [$0] } ?? [] }
        return String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline).compactMap { line in
            line.hasPrefix("data:") ? try? JSONDocument.parse(String(line.dropFirst(5)), maximumDepth: 512).root : nil
        }
    }

    private var isStreamBody: Bool {
        let start = String(decoding: body.prefix(100), as: UTF8.self)
        return ["data:", "event:", ":"].contains { start.hasPrefix($0) }
    }
}

/// The text of an answer and what was counted. Other content makes it nil.
private struct AnswerText {
    private var collected = ""
    private var isTextAlone = true
    private(set) var inputTokens: Int?
    private(set) var outputTokens: Int?

    var text: String? { isTextAlone && !collected.isEmpty ? collected : nil }

    mutating func read(_ document: JSONValue, dialect: String) {
        switch dialect {
        case "openai-chat": readOpenAI(document)
        case "anthropic": readAnthropic(document)
        case "gemini": readGemini(document)
        default: readBedrock(document)
        }
    }

    private mutating func readOpenAI(_ document: JSONValue) {
        for choice in document["choices"].map({ Array($0.elements) }) ?? [] {
            let message = choice["message"] ?? choice["delta"]
            collected += message?["content"]?.string ?? ""
            for name in ["tool_calls", "function_call", "reasoning", "reasoning_content", "refusal"] {
                if let value = message?[named: name], !value.isNull, !value.equals("") { isTextAlone = false }
            }
            if choice["index"]?.int ?? 0 > 0 { isTextAlone = false }
        }
        guard let usage = document["usage"], usage.isObject else { return }
        inputTokens = usage["prompt_tokens"]?.int
        outputTokens = usage["completion_tokens"]?.int
        if usage["completion_tokens_details"]?["reasoning_tokens"]?.int ?? 0 > 0 { isTextAlone = false }
    }

    private mutating func readAnthropic(_ document: JSONValue) {
        for block in document["content"].map({ Array($0.elements) }) ?? [] { readBlock(block) }
        if let block = document["content_block"] { readBlock(block) }
        if let delta = document["delta"], let text = delta["text"]?.string { collected += text }
        guard let usage = document["usage"] ?? document["message"]?["usage"] else { return }
        if let input = usage["input_tokens"]?.int {
            inputTokens =
                input + (usage["cache_read_input_tokens"]?.int ?? 0) + (usage["cache_creation_input_tokens"]?.int ?? 0)
        }
        outputTokens = usage["output_tokens"]?.int ?? outputTokens
    }

    private mutating func readBlock(_ block: JSONValue) {
        if block["type"]?.equals("text") == true {
            collected += block["text"]?.string ?? ""
        } else {
            isTextAlone = false
        }
    }

    private mutating func readGemini(_ document: JSONValue) {
        for candidate in document["candidates"].map({ Array($0.elements) }) ?? [] {
            if candidate["groundingMetadata"] != nil { isTextAlone = false }
            for part in candidate["content"]?["parts"].map({ Array($0.elements) }) ?? [] {
                if part["thought"]?.bool == true || part["text"] == nil { isTextAlone = false }
                collected += part["text"]?.string ?? ""
            }
        }
        guard let usage = document["usageMetadata"] else { return }
        inputTokens = usage["promptTokenCount"]?.int
        outputTokens = usage["candidatesTokenCount"]?.int
        if usage["thoughtsTokenCount"]?.int ?? 0 > 0 { isTextAlone = false }
    }

    private mutating func readBedrock(_ document: JSONValue) {
        for block in document["output"]?["message"]?["content"].map({ Array($0.elements) }) ?? [] {
            if let text = block["text"]?.string { collected += text } else { isTextAlone = false }
        }
        guard let usage = document["usage"] else { return }
        inputTokens =
            (usage["inputTokens"]?.int ?? 0) + (usage["cacheReadInputTokens"]?.int ?? 0)
            + (usage["cacheWriteInputTokens"]?.int ?? 0)
        outputTokens = usage["outputTokens"]?.int
    }
}

/// The texts of a request. Nil where there is anything else that is counted.
private struct PromptText {
    private(set) var parts: [String] = []
    private(set) var messages = 0

    init?(_ request: JSONValue, dialect: String) {
        for name in [
            "tools", "toolConfig", "functions", "response_format", "output_format", "output_config", "outputConfig",
            "cachedContent", "thinking",
        ] where request[named: name] != nil {
            return nil
        }
        if let settings = request["generationConfig"],
            settings["responseSchema"] != nil || settings["responseJsonSchema"] != nil
        {
            return nil
        }
        for name in ["system", "systemInstruction", "system_instruction"] {
            guard let system = request[named: name] else { continue }
            messages += 1
            guard add(system["parts"] ?? system) else { return nil }
        }
        for message in (request["messages"] ?? request["contents"]).map({ Array($0.elements) }) ?? [] {
            messages += 1
            if message["tool_calls"] != nil || message["reasoning_content"] != nil || message["reasoning"] != nil {
                return nil
            }
            guard let content = message["content"] ?? message["parts"], add(content) else { return nil }
        }
    }

    private mutating func add(_ content: JSONValue) -> Bool {
        if let text = content.string {
            parts.append(text)
            return true
        }
        for part in content.elements {
            guard let text = part["text"]?.string, part["type"].map({ $0.equals("text") }) ?? true else { return false }
            parts.append(text)
        }
        return content.isArray
    }
}
