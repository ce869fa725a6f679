internal import Wire

/// Writes events of no dialect as Gemini's chunks. Pure; one per stream.
///
/// Gemini's calls come whole: a call is kept until its arguments are, and until those before it are written. The last
/// chunk has the reasons to finish and the usage.
public struct GeminiEventWriter: Sendable {
    /// Arguments above this are cut, and then marked as no JSON.
    private static let argumentsBound = 8 << 20
    private static let mostCitations = 1024

    private struct Call: Sendable {
        var choice: Int
        var number: Int
        var id: String
        var name: String
        var signature: Signature?
        var arguments = ""
        var balance = JSONBalance()
        var isWritten = false
    }

    private let id: String
    private let model: String
    private var calls: [Call] = []
    private var argumentBytes = 0
    private var finishes: [(choice: Int, finish: Finish)] = []
    private var refusals: Set<Int> = []
    private var usage: TokenUsage?
    private var citations: [Int: [Citation]] = [:]

    public init(id: String, model: String) {
        self.id = id
        self.model = model
    }

    /// The chunks that say an event, as JSON.
    public mutating func chunks(_ event: ChatEvent) -> [[UInt8]] {
        switch event {
        case .start, .partEnd: return []
        case .usage(let usage): self.usage = usage
        case .finish(let choice, let finish): finishes.append((choice, finish))
        case .citation(let choice, let citation):
            guard citations[choice, default: []].count < Self.mostCitations else { return [] }
            citations[choice, default: []].append(citation)
        case .logprobs(let choice, let logprobs): return [logprobsChunk(choice, logprobs)]
        case .text(let choice, let text):
            return [part(choice) { GeminiResponse.write(text: text, signature: nil, to: &$0) }]
        case .refusal(let choice, let text):
            refusals.insert(choice)
            return [part(choice) { GeminiResponse.write(text: text, signature: nil, to: &$0) }]
        case .textSignature(let choice, let signature):
            let value = GeminiSignature.text(signature)
            return [part(choice) { GeminiResponse.write(text: "", signature: value, to: &$0) }]
        case .reasoning(let choice, let text):
            return [part(choice) { GeminiResponse.write(thought: text, signature: nil, to: &$0) }]
        case .reasoningSignature(let choice, let signature):
            let value = GeminiSignature.text(signature)
            return [part(choice) { GeminiResponse.write(thought: "", signature: value, to: &$0) }]
        case .encryptedReasoning(let choice, let signature):
            let value = GeminiSignature.text(signature, isEncrypted: true)
            return [part(choice) { GeminiResponse.write(thought: "", signature: value, to: &$0) }]
        case .media(let choice, let media, let signature):
            guard GeminiMediaWriter.accepts(media) else { return [] }
            return [
                part(choice) { writer in
                    writer.beginObject()
                    GeminiMediaWriter.write(media, to: &writer)
                    if let signature { writer.member("thoughtSignature", GeminiSignature.text(signature)) }
                    writer.endObject()
                }
            ]
        case .toolCall(let choice, let call, let id, let name, let signature):
            calls.append(Call(choice: choice, number: call, id: id, name: name, signature: signature))
        case .toolArguments(let choice, let call, let piece):
            take(piece, choice: choice, call: call)
            return completeCalls(isLast: false)
        }
        return []
    }

    /// The last chunks of a complete answer: calls that were cut, then the end.
    public mutating func end(usage: TokenUsage?, hub: AnswerMetadata?) -> [[UInt8]] {
        var chunks = completeCalls(isLast: true)
        if finishes.isEmpty { finishes = [(0, Finish(.stop))] }
        var writer = open()
        for (choice, finish) in finishes {
            beginCandidate(choice, to: &writer) { _ in }
            writer.member("finishReason", GeminiFinish.word(finish, isRefusal: refusals.contains(choice)))
            GeminiCitations.write(citations[choice] ?? [], to: &writer)
            writer.endObject()
        }
        writer.endArray()
        if let usage = usage ?? self.usage {
            writer.key("usageMetadata")
            GeminiUsage.write(usage, to: &writer)
        }
        chunks.append(close(&writer, hub: hub))
        return chunks
    }

    // MARK: Calls

    private mutating func take(_ piece: String, choice: Int, call: Int) {
        guard let position = calls.firstIndex(where: { $0.choice == choice && $0.number == call }),
            !calls[position].isWritten, argumentBytes + piece.utf8.count <= Self.argumentsBound
        else { return }
        argumentBytes += piece.utf8.count
        calls[position].arguments += piece
        calls[position].balance.take(piece)
    }

    /// Calls in their order, up to the first that is not complete.
    private mutating func completeCalls(isLast: Bool) -> [[UInt8]] {
        var chunks: [[UInt8]] = []
        for position in calls.indices where !calls[position].isWritten {
            guard isLast || calls[position].balance.isComplete else { break }
            let call = calls[position]
            calls[position].isWritten = true
            calls[position].arguments = ""
            chunks.append(
                part(call.choice) { writer in
                    GeminiResponse.write(
                        call: call.id, name: call.name, .text(call.arguments),
                        signature: call.signature.map { GeminiSignature.text($0) }, to: &writer)
                })
        }
        return chunks
    }

    // MARK: Chunks

    private func open() -> JSONWriter {
        var writer = JSONWriter(reserving: 320)
        writer.beginObject()
        writer.key("candidates")
        writer.beginArray()
        return writer
    }

    private func beginCandidate(
        _ choice: Int, to writer: inout JSONWriter, parts: (inout JSONWriter) -> Void
    ) {
        writer.beginObject()
        writer.key("content")
        writer.beginObject()
        writer.key("parts")
        writer.beginArray()
        parts(&writer)
        writer.endArray()
        writer.member("role", "model")
        writer.endObject()
        writer.member("index", choice)
    }

    private func close(_ writer: inout JSONWriter, hub: AnswerMetadata?) -> [UInt8] {
        writer.member("modelVersion", model)
        writer.member("responseId", id)
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private func part(_ choice: Int, _ content: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = open()
        beginCandidate(choice, to: &writer, parts: content)
        writer.endObject()
        writer.endArray()
        return close(&writer, hub: nil)
    }

    private func logprobsChunk(_ choice: Int, _ logprobs: JSONValue) -> [UInt8] {
        var writer = open()
        beginCandidate(choice, to: &writer) { _ in }
        GeminiLogprobs.write(logprobs, to: &writer)
        writer.endObject()
        writer.endArray()
        return close(&writer, hub: nil)
    }
}
