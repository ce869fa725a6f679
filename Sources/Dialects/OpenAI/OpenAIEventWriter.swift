internal import Wire

/// Writes events of no dialect as OpenAI's chunks. Pure; one per stream.
///
/// Usage is not written: a client gets it, if it asked, in a chunk of its own at the end.
public struct OpenAIEventWriter: Sendable {
    private let id: String
    private let created: Int
    private var model: String
    private var choices: [Choice] = []

    private struct Choice: Sendable {
        var index: Int
        var hasRole = false
        /// Of the reasoning block that is being written.
        var reasoningIndex = 0
        var isInReasoning = false
    }

    public init(id: String, created: Int, model: String) {
        self.id = id
        self.created = created
        self.model = model
    }

    /// The chunk that says an event, as JSON; nil where it has none.
    public mutating func chunk(_ event: ChatEvent) -> [UInt8]? {
        switch event {
        case .start(_, let served):
            model = served ?? model
            return nil
        case .usage: return nil
        case .text(let choice, let text):
            endReasoning(choice)
            return delta(choice) { $0.member("content", text) }
        case .textSignature(let choice, let signature):
            guard signature.origin == .google else { return nil }
            endReasoning(choice)
            return delta(choice) { OpenAIReasoning.writeToolSignature(signature, to: &$0) }
        case .refusal(let choice, let text):
            endReasoning(choice)
            return delta(choice) { $0.member("refusal", text) }
        case .reasoning(let choice, let text): return reasoning(choice, text)
        case .reasoningSignature(let choice, let signature): return self.signature(choice, signature)
        case .encryptedReasoning(let choice, let value): return encrypted(choice, value)
        case .toolCall(let choice, let call, let id, let name, let signature):
            endReasoning(choice)
            return toolCall(choice, call, id: id, name: name, signature)
        case .toolArguments(let choice, let call, let piece): return toolArguments(choice, call, piece)
        case .citation(let choice, let citation): return self.citation(choice, citation)
        case .logprobs(let choice, let logprobs):
            return chunk(choice, delta: { _ in }, rest: { $0.member("logprobs", logprobs) })
        case .media(let choice, let media, let signature):
            guard media.kind == .image else { return nil }
            endReasoning(choice)
            return delta(choice) { OpenAIImages.write([ChatPart(.media(media), signature: signature)], to: &$0) }
        case .partEnd(let choice):
            endReasoning(choice)
            return nil
        case .finish(let choice, let finish):
            return chunk(choice, delta: { _ in }, finish: finish)
        }
    }

    // MARK: Reasoning

    private mutating func reasoning(_ choice: Int, _ text: String) -> [UInt8] {
        let position = position(choice)
        choices[position].isInReasoning = true
        let index = choices[position].reasoningIndex
        return delta(choice) { writer in
            writer.member("reasoning", text)
            writer.key("reasoning_details")
            writer.beginArray()
            OpenAIReasoning.writeText(text, nil, index: index, to: &writer)
            writer.endArray()
        }
    }

    private mutating func signature(_ choice: Int, _ signature: Signature) -> [UInt8] {
        let position = position(choice)
        let index = choices[position].reasoningIndex
        choices[position].isInReasoning = true
        endReasoning(choice)
        return delta(choice) { writer in
            writer.key("reasoning_details")
            writer.beginArray()
            OpenAIReasoning.writeText(nil, signature, index: index, to: &writer)
            writer.endArray()
        }
    }

    private mutating func encrypted(_ choice: Int, _ value: Signature) -> [UInt8] {
        endReasoning(choice)
        let position = position(choice)
        let index = choices[position].reasoningIndex
        choices[position].reasoningIndex += 1
        return delta(choice) { writer in
            writer.key("reasoning_details")
            writer.beginArray()
            OpenAIReasoning.writeEncrypted(value, index: index, to: &writer)
            writer.endArray()
        }
    }

    private mutating func endReasoning(_ choice: Int) {
        let position = position(choice)
        guard choices[position].isInReasoning else { return }
        choices[position].isInReasoning = false
        choices[position].reasoningIndex += 1
    }

    // MARK: Tools and citations

    private mutating func toolCall(
        _ choice: Int, _ call: Int, id: String, name: String, _ signature: Signature?
    ) -> [UInt8] {
        toolDelta(choice, call) { writer in
            writer.member("id", id)
            writer.member("type", "function")
            writer.key("function")
            writer.beginObject()
            writer.member("name", name)
            writer.member("arguments", "")
            writer.endObject()
            OpenAIReasoning.writeToolSignature(signature, to: &writer)
        }
    }

    private mutating func toolArguments(_ choice: Int, _ call: Int, _ piece: String) -> [UInt8] {
        toolDelta(choice, call) { writer in
            writer.key("function")
            writer.beginObject()
            writer.member("arguments", piece)
            writer.endObject()
        }
    }

    private mutating func toolDelta(_ choice: Int, _ call: Int, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        delta(choice) { writer in
            writer.key("tool_calls")
            writer.beginArray()
            writer.beginObject()
            writer.member("index", call)
            write(&writer)
            writer.endObject()
            writer.endArray()
        }
    }

    private mutating func citation(_ choice: Int, _ citation: Citation) -> [UInt8]? {
        guard citation.url != nil else { return nil }
        return delta(choice) { writer in
            writer.key("annotations")
            writer.beginArray()
            OpenAIResponse.write(citation, start: 0, end: 0, to: &writer)
            writer.endArray()
        }
    }

    // MARK: Chunks

    private mutating func position(_ choice: Int) -> Int {
        if let known = choices.firstIndex(where: { $0.index == choice }) { return known }
        choices.append(Choice(index: choice))
        return choices.count - 1
    }

    private mutating func delta(_ choice: Int, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        chunk(choice, delta: write)
    }

    /// The first delta of a choice has the role.
    private mutating func chunk(
        _ choice: Int, delta: (inout JSONWriter) -> Void, finish: Finish? = nil,
        rest: (inout JSONWriter) -> Void = { _ in }
    ) -> [UInt8] {
        let position = position(choice)
        let needsRole = !choices[position].hasRole
        choices[position].hasRole = true
        var writer = JSONWriter(reserving: 320)
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "chat.completion.chunk")
        writer.member("created", created)
        writer.member("model", model)
        writer.key("choices")
        writer.beginArray()
        writer.beginObject()
        writer.member("index", choice)
        writer.key("delta")
        writer.beginObject()
        if needsRole { writer.member("role", "assistant") }
        delta(&writer)
        writer.endObject()
        rest(&writer)
        writer.key("finish_reason")
        if let finish { writer.string(OpenAIResponse.word(finish)) } else { writer.null() }
        if let native = finish?.native { writer.member("native_finish_reason", native) }
        writer.endObject()
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
