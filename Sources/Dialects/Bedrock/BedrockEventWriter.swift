internal import Wire

/// Writes events of no dialect as ConverseStream's frames. Pure; one per stream.
///
/// Only the first choice is written: Converse's clients cannot ask for more.
public struct BedrockEventWriter: Sendable {
    private enum Block: Equatable {
        case text, reasoning, image
        case toolUse(call: Int)
    }

    private var hasStarted = false
    private var index = 0
    private var open: Block?
    /// Clients put one block together at a time.
    private var calls = CallSequence()
    private var finish: Finish?
    private var isRefusal = false
    private var usage: TokenUsage?

    public init() {}

    public mutating func append(_ event: ChatEvent, to out: inout [UInt8]) {
        // Taken out, so that what waits is not copied.
        var calls = CallSequence()
        swap(&calls, &self.calls)
        calls.take(event) { write($0, to: &out) }
        self.calls = calls
    }

    private mutating func write(_ event: ChatEvent, to out: inout [UInt8]) {
        switch event {
        case .usage(let usage): self.usage = usage
        case .finish(0, let finish): self.finish = finish
        case .text(0, let text): delta(.text, to: &out) { $0.member("text", text) }
        case .refusal(0, let text):
            isRefusal = true
            delta(.text, to: &out) { $0.member("text", text) }
        case .textSignature(0, let signature): opaque(SignatureCarrier.textForPartBefore(signature), to: &out)
        case .reasoning(0, let text): reasoning("text", text, to: &out)
        case .reasoningSignature(0, let signature):
            reasoning("signature", SignatureCarrier.text(signature), to: &out)
            close(to: &out)
        case .encryptedReasoning(0, let value): opaque(SignatureCarrier.text(value), to: &out)
        case .media(0, let media, _) where media.kind == .image: draw(media, to: &out)
        case .citation(0, let citation): cite(citation, to: &out)
        case .partEnd(0): if open == .text || open == .reasoning { close(to: &out) }
        case .toolCall(0, let call, let id, let name, let signature):
            if let signature { opaque(SignatureCarrier.textForNextPart(signature), to: &out) }
            begin(call, id: id, name: name, to: &out)
        case .toolArguments(0, let call, let piece) where open == .toolUse(call: call):
            arguments(call, piece, to: &out)
        default: break
        }
    }

    /// The end of a complete answer: `messageStop` and `metadata`.
    /// - Parameter latencyMilliseconds: of the provider.
    public mutating func appendEnd(
        usage: TokenUsage?, latencyMilliseconds: Int, hub: AnswerMetadata?, to out: inout [UInt8]
    ) {
        var calls = calls
        calls.finish { write($0, to: &out) }
        start(to: &out)
        close(to: &out)
        let word = BedrockResponse.word(finish ?? Finish(.stop), isRefusal: isRefusal)
        frame("messageStop", to: &out) { $0.member("stopReason", word) }
        frame("metadata", to: &out) { writer in
            writer.key("usage")
            BedrockUsage.write(usage ?? self.usage ?? TokenUsage(), to: &writer)
            BedrockResponse.writeMetrics(latencyMilliseconds, to: &writer)
            if let hub { HubObject.write(hub, to: &writer) }
        }
    }

    // MARK: Blocks

    private mutating func start(to out: inout [UInt8]) {
        guard !hasStarted else { return }
        hasStarted = true
        frame("messageStart", to: &out) { $0.member("role", "assistant") }
    }

    /// Only tool calls and images are announced; text and reasoning begin with their first piece.
    private mutating func open(_ block: Block, to out: inout [UInt8]) {
        start(to: &out)
        close(to: &out)
        open = block
    }

    private mutating func close(to out: inout [UInt8]) {
        guard open != nil else { return }
        frame("contentBlockStop", to: &out) { $0.member("contentBlockIndex", index) }
        open = nil
        index += 1
    }

    private mutating func delta(_ block: Block, to out: inout [UInt8], _ content: (inout JSONWriter) -> Void) {
        if open != block { open(block, to: &out) }
        frame("contentBlockDelta", to: &out) { writer in
            writer.member("contentBlockIndex", index)
            writer.key("delta")
            writer.beginObject()
            content(&writer)
            writer.endObject()
        }
    }

    private mutating func reasoning(_ field: StaticString, _ text: String, to out: inout [UInt8]) {
        delta(.reasoning, to: &out) { writer in
            writer.key("reasoningContent")
            writer.beginObject()
            writer.member(field, text)
            writer.endObject()
        }
    }

    /// A block of its own.
    private mutating func opaque(_ text: String, to out: inout [UInt8]) {
        close(to: &out)
        reasoning("redactedContent", BedrockSignature.blob(text), to: &out)
        close(to: &out)
    }

    private mutating func cite(_ citation: Citation, to out: inout [UInt8]) {
        guard open == .text else { return }
        delta(.text, to: &out) { writer in
            writer.key("citation")
            BedrockResponse.write(citation, to: &writer)
        }
    }

    private mutating func draw(_ media: Media, to out: inout [UInt8]) {
        // Its clients know of no images elsewhere.
        guard let image = BedrockMedia(media, number: 1) else { return }
        open(.image, to: &out)
        frame("contentBlockStart", to: &out) { writer in
            writer.member("contentBlockIndex", index)
            writer.key("start")
            writer.beginObject()
            writer.key("image")
            writer.beginObject()
            writer.member("format", image.format)
            writer.endObject()
            writer.endObject()
        }
        delta(.image, to: &out) { writer in
            writer.key("image")
            writer.beginObject()
            image.writeSource(to: &writer)
            writer.endObject()
        }
        close(to: &out)
    }

    private mutating func begin(_ call: Int, id: String, name: String, to out: inout [UInt8]) {
        open(.toolUse(call: call), to: &out)
        frame("contentBlockStart", to: &out) { writer in
            writer.member("contentBlockIndex", index)
            writer.key("start")
            writer.beginObject()
            writer.key("toolUse")
            writer.beginObject()
            writer.member("toolUseId", ToolCallID.plain(id))
            writer.member("name", name)
            writer.endObject()
            writer.endObject()
        }
    }

    private mutating func arguments(_ call: Int, _ piece: String, to out: inout [UInt8]) {
        delta(.toolUse(call: call), to: &out) { writer in
            writer.key("toolUse")
            writer.beginObject()
            writer.member("input", piece)
            writer.endObject()
        }
    }

    private func frame(_ name: String, to out: inout [UInt8], _ content: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        content(&writer)
        writer.endObject()
        BedrockStream.append(name, payload: writer.bytes, to: &out)
    }
}
