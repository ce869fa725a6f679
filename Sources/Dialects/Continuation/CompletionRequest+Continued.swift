internal import Wire

extension CompletionRequest {
    /// The same call with the beginning of its answer, to be gone on with: the assistant's last message.
    /// - Parameters:
    ///   - text: white space at its end is left out.
    ///   - tokens: what of the client's limit of output is used.
    /// - Returns: nil where the limit leaves nothing, or the body holds no conversation.
    public func continued(after text: String, spending tokens: Int) -> CompletionRequest? {
        let text = TextSeam.trimmed(text)
        guard !text.isEmpty, let form = ContinuedForm(dialect) else { return nil }
        var edit = ContinuationEdit(text: text, tokens: tokens, form: form)
        let bytes = edit.body(body)
        guard edit.hasTurns, !edit.isSpent, let document = try? JSONDocument.parse(bytes, maximumDepth: 512) else {
            return nil
        }
        return with(dialect: dialect, body: document.root).with(earlierItems: earlierItems)
    }
}

/// Where the turns and the limit of output are in a dialect's requests.
private struct ContinuedForm {
    enum Turn { case text, parts, blocks, item }

    let turns: [StaticString]
    let turn: Turn
    let limits: [StaticString]
    /// The object that holds the limits; empty: the body.
    var holders: [StaticString] = []

    init?(_ dialect: CompletionRequest.Dialect) {
        switch dialect {
        case .openAI, .unified:
            (turns, turn, limits) = (["messages"], .text, ["max_tokens", "max_completion_tokens"])
        case .anthropic: (turns, turn, limits) = (["messages"], .text, ["max_tokens"])
        case .gemini:
            (turns, turn, limits) = (["contents"], .parts, ["maxOutputTokens", "max_output_tokens"])
            holders = ["generationConfig", "generation_config"]
        case .bedrock:
            (turns, turn, limits) = (["messages"], .blocks, ["maxTokens"])
            holders = ["inferenceConfig"]
        case .responses: (turns, turn, limits) = (["input"], .item, ["max_output_tokens"])
        case .textCompletion, .embeddings: return nil
        }
    }
}

/// Writes a body again, with one turn more and a lower limit.
private struct ContinuationEdit {
    let text: String
    let tokens: Int
    let form: ContinuedForm
    private(set) var hasTurns = false
    private(set) var isSpent = false

    init(text: String, tokens: Int, form: ContinuedForm) {
        self.text = text
        self.tokens = tokens
        self.form = form
    }

    mutating func body(_ body: JSONValue) -> [UInt8] {
        var writer = JSONWriter(reserving: body.documentBytes + text.utf8.count + 128)
        writer.beginObject()
        for (key, value) in body.members {
            if form.turns.contains(where: { key.equals($0) }) {
                hasTurns = true
                writer.key(key)
                write(turns: value, to: &writer)
            } else if value.isObject, form.holders.contains(where: { key.equals($0) }) {
                writer.key(key)
                writer.beginObject()
                for (key, value) in value.members { write(key, value, to: &writer) }
                writer.endObject()
            } else if form.holders.isEmpty {
                write(key, value, to: &writer)
            } else {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.endObject()
        return writer.bytes
    }

    private mutating func write(_ key: JSONKey, _ value: JSONValue, to writer: inout JSONWriter) {
        writer.key(key)
        guard let limit = value.int, form.limits.contains(where: { key.equals($0) }) else { return writer.value(value) }
        if limit <= tokens { isSpent = true }
        writer.int(limit - tokens)
    }

    private func write(turns: JSONValue, to writer: inout JSONWriter) {
        writer.beginArray()
        if turns.isArray {
            for turn in turns.elements { writer.value(turn) }
        } else if form.turn == .item {
            // Of Responses: a text alone is the user's.
            writer.beginObject()
            writer.member("role", "user")
            writer.member("content", turns)
            writer.endObject()
        } else {
            // Google's lists of one may be the one.
            writer.value(turns)
        }
        writer.beginObject()
        writeTurn(to: &writer)
        writer.endObject()
        writer.endArray()
    }

    private func writeTurn(to writer: inout JSONWriter) {
        if form.turn == .item { writer.member("type", "message") }
        writer.member("role", form.turn == .parts ? "model" : "assistant" as StaticString)
        guard form.turn != .text else { return writer.member("content", text) }
        writer.key(form.turn == .parts ? "parts" : "content")
        writer.beginArray()
        writer.beginObject()
        if form.turn == .item { writer.member("type", "output_text") }
        writer.member("text", text)
        writer.endObject()
        writer.endArray()
    }
}
