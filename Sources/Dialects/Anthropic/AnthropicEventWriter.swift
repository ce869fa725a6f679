internal import Wire

/// Writes events of no dialect as Anthropic's. Pure; one per stream.
///
/// Only the first choice is written: Anthropic's clients cannot ask for more.
public struct AnthropicEventWriter: Sendable {
    private enum Block: Equatable {
        case text, thinking
        case toolUse(call: Int)
    }

    private let id: String
    private var model: String
    private let inputEstimate: Int
    private var hasStarted = false
    private var index = 0
    private var open: Block?
    /// Anthropic's blocks follow each other.
    private var calls = CallSequence()
    private var finish: Finish?
    private var isRefusal = false
    private var usage: TokenUsage?

    /// - Parameters:
    ///   - id: `msg_...`.
    ///   - inputEstimate: tokens of the prompt, for providers that count at the end.
    public init(id: String, model: String, inputEstimate: Int) {
        self.id = id
        self.model = model
        self.inputEstimate = inputEstimate
    }

    public mutating func append(_ event: ChatEvent, to out: inout [UInt8]) {
        // Taken out, so that what waits is not copied.
        var calls = CallSequence()
        swap(&calls, &self.calls)
        calls.take(event) { write($0, to: &out) }
        self.calls = calls
    }

    private mutating func write(_ event: ChatEvent, to out: inout [UInt8]) {
        switch event {
        case .start(_, let served): model = served ?? model
        case .usage(let usage): self.usage = usage
        case .finish(let choice, let finish): if choice == 0 { self.finish = finish }
        case .text(0, let text): delta(.text, text, to: &out)
        case .textSignature(0, let signature): opaque(SignatureCarrier.textForPartBefore(signature), to: &out)
        case .refusal(0, let text):
            isRefusal = true
            delta(.text, text, to: &out)
        case .reasoning(0, let text): delta(.thinking, text, to: &out)
        case .reasoningSignature(0, let signature): sign(signature, to: &out)
        case .encryptedReasoning(0, let value): opaque(SignatureCarrier.text(value), to: &out)
        case .citation(0, let citation): cite(citation, to: &out)
        case .partEnd(0): if open == .text || open == .thinking { close(to: &out) }
        case .toolCall(0, let call, let id, let name, let signature):
            begin(call, id: id, name: name, signature, to: &out)
        case .toolArguments(0, let call, let piece) where open == .toolUse(call: call):
            delta("input_json_delta", to: &out) { $0.member("partial_json", piece) }
        default: break
        }
    }

    /// The end of a complete answer: `message_delta` and `message_stop`.
    public mutating func appendEnd(usage: TokenUsage?, hub: AnswerMetadata?, to out: inout [UInt8]) {
        var calls = calls
        calls.finish { write($0, to: &out) }
        start(to: &out)
        close(to: &out)
        event("message_delta", to: &out) { writer in
            writer.key("delta")
            writer.beginObject()
            AnthropicResponse.writeStop(finish ?? Finish(.stop), isRefusal: isRefusal, to: &writer)
            writer.endObject()
            writer.key("usage")
            AnthropicUsage.write(usage ?? self.usage ?? TokenUsage(), to: &writer)
            if let hub { HubObject.write(hub, to: &writer) }
        }
        event("message_stop", to: &out) { _ in }
    }

    // MARK: Blocks

    private mutating func start(to out: inout [UInt8]) {
        guard !hasStarted else { return }
        hasStarted = true
        event("message_start", to: &out) { writer in
            writer.key("message")
            writer.beginObject()
            writer.member("id", id)
            writer.member("type", "message")
            writer.member("role", "assistant")
            writer.member("model", model)
            writer.key("content")
            writer.raw("[]")
            writer.key("stop_reason")
            writer.null()
            writer.key("stop_sequence")
            writer.null()
            writer.key("usage")
            AnthropicUsage.write(usage ?? TokenUsage(input: inputEstimate), to: &writer)
            writer.endObject()
        }
    }

    private mutating func open(_ block: Block, to out: inout [UInt8], _ content: (inout JSONWriter) -> Void) {
        start(to: &out)
        close(to: &out)
        open = block
        event("content_block_start", to: &out) { writer in
            writer.member("index", index)
            writer.key("content_block")
            writer.beginObject()
            content(&writer)
            writer.endObject()
        }
    }

    private mutating func close(to out: inout [UInt8]) {
        guard open != nil else { return }
        event("content_block_stop", to: &out) { $0.member("index", index) }
        open = nil
        index += 1
    }

    private mutating func delta(_ block: Block, _ text: String, to out: inout [UInt8]) {
        if open != block {
            open(block, to: &out) { writer in
                writer.member("type", block == .text ? "text" : "thinking" as StaticString)
                writer.member(block == .text ? "text" : "thinking", "" as StaticString)
                if block == .thinking { writer.member("signature", "" as StaticString) }
            }
        }
        delta(block == .text ? "text_delta" : "thinking_delta", to: &out) { writer in
            writer.member(block == .text ? "text" : "thinking", text)
        }
    }

    private func delta(_ type: StaticString, to out: inout [UInt8], _ content: (inout JSONWriter) -> Void) {
        event("content_block_delta", to: &out) { writer in
            writer.member("index", index)
            writer.key("delta")
            writer.beginObject()
            writer.member("type", type)
            content(&writer)
            writer.endObject()
        }
    }

    private func event(_ type: StaticString, to out: inout [UInt8], _ content: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("type", type)
        content(&writer)
        writer.endObject()
        SSEWriter.append(type: "\(type)", data: writer.bytes, to: &out)
    }

    // MARK: Reasoning and citations

    private mutating func sign(_ signature: Signature, to out: inout [UInt8]) {
        if open != .thinking { delta(.thinking, "", to: &out) }
        delta("signature_delta", to: &out) { $0.member("signature", SignatureCarrier.text(signature)) }
        close(to: &out)
    }

    private mutating func opaque(_ data: String, to out: inout [UInt8]) {
        open(.thinking, to: &out) { writer in
            writer.member("type", "redacted_thinking")
            writer.member("data", data)
        }
        close(to: &out)
    }

    private func cite(_ citation: Citation, to out: inout [UInt8]) {
        guard open == .text else { return }
        delta("citations_delta", to: &out) { writer in
            writer.key("citation")
            AnthropicResponse.write(citation, to: &writer)
        }
    }

    // MARK: Tool calls

    private mutating func begin(
        _ call: Int, id: String, name: String, _ signature: Signature?, to out: inout [UInt8]
    ) {
        if let signature { opaque(SignatureCarrier.textForNextPart(signature), to: &out) }
        open(.toolUse(call: call), to: &out) { writer in
            writer.member("type", "tool_use")
            writer.member("id", ToolCallID.plain(id))
            writer.member("name", name)
            writer.key("input")
            writer.raw("{}")
        }
    }
}
