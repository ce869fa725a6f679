internal import Dialects
internal import Wire

/// A complete answer that is kept: as its provider gave it, whole or in chunks. Immutable.
final class CachedAnswer: Sendable {
    let dialect: WireDialect
    /// Chunks of a stream, else the answer itself and, where each choice was a call of its own, those of the others.
    let isStream: Bool
    let pieces: [Piece]
    let facts: Facts
    /// About what it takes in memory.
    let byteCount: Int

    /// One JSON text of the answer.
    struct Piece: Sendable, Equatable {
        var json: [UInt8]
        /// Where each choice was a call of its own: which one.
        var choice = 0
        /// Of a chunk, as `StreamChunk` has them.
        var hasPayload = false
        var hasChoices = false
        var usage: TokenUsage?
        var finishReason: String?
    }

    struct Facts: Sendable, Equatable {
        /// That answered.
        var provider: String
        var model: String
        /// How it was served, in the provider's words, where it says.
        var usage: TokenUsage?
        var servedModel: String?
        var finishReasons: [String] = []
        var droppedParameters: [String] = []
        /// Wall nanoseconds.
        var storedAt: UInt64
        /// Of a stream that another provider went on with, which is told to those who wait for it and not kept.
        var origin: StreamOrigin?
    }

    init(dialect: WireDialect, isStream: Bool, pieces: [Piece], facts: Facts) {
        self.dialect = dialect
        self.isStream = isStream
        self.pieces = pieces
        self.facts = facts
        byteCount = pieces.reduce(Self.fixedBytes) { $0 + $1.json.count + Self.bytesPerPiece }
    }

    /// What objects and arrays take besides.
    static let fixedBytes = 320
    static let bytesPerPiece = 160

    /// Whole seconds since it was stored: `Age`.
    func age(at wallNanoseconds: UInt64) -> Int {
        Int((wallNanoseconds &- min(facts.storedAt, wallNanoseconds)) / 1_000_000_000)
    }
}

// MARK: Whole

extension CachedAnswer {
    convenience init(_ response: CompletionResponse, provider: String, model: String, storedAt: UInt64) {
        var pieces = [Piece(json: response.bytes ?? response.text)]
        for (index, body) in response.furtherBodies.enumerated() {
            pieces.append(Piece(json: JSONWriter.text(of: body), choice: index + 1))
        }
        self.init(
            dialect: response.dialect, isStream: false, pieces: pieces,
            facts: Facts(
                provider: provider, model: model, usage: response.usage, servedModel: response.servedModel,
                finishReasons: response.finishReasons, droppedParameters: response.droppedParameters,
                storedAt: storedAt))
    }

    /// The answer as if it had just come, under a new id.
    func response(id: String) -> CompletionResponse {
        guard !isStream, let first = pieces.first else { return assembled(id: id) }
        var response = CompletionResponse(
            dialect: dialect, written: AnswerID.replacing(in: first.json, dialect, with: id), usage: facts.usage,
            servedModel: facts.servedModel, finishReasons: facts.finishReasons,
            droppedParameters: facts.droppedParameters)
        for piece in pieces.dropFirst() {
            response.add(
                CompletionResponse(
                    dialect: dialect, written: AnswerID.replacing(in: piece.json, dialect, with: id), usage: nil,
                    servedModel: nil, finishReasons: []))
        }
        return response
    }

    /// A stream put together, in its provider's dialect.
    private func assembled(id: String) -> CompletionResponse {
        var reader = EventReader(fallbackID: id)
        var events: [ChatEvent] = []
        for piece in pieces { reader.read(piece.chunk(dialect, id: id), into: &events) }
        var chat = ChatAssembly(events).response
        chat.usage = facts.usage
        let form = form(of: chat)
        let json = AnswerWriting.whole(chat, as: form, id: id, created: createdSeconds, model: facts.model)
        var response = CompletionResponse(
            dialect: form, written: json, usage: facts.usage, servedModel: facts.servedModel,
            finishReasons: facts.finishReasons)
        response.bytes = json
        return response
    }
}

// MARK: Streamed

extension CachedAnswer {
    /// The form in which an answer is made that did not come so: its provider's, or OpenAI's where that has one choice only.
    private func form(of chat: ChatResponse) -> WireDialect {
        chat.choices.count > 1 ? .openAI : dialect
    }

    private var createdSeconds: Int { Int(facts.storedAt / 1_000_000_000) }

    /// The chunks as if they had just come, under a new id. Those of a whole answer are made from it.
    ///
    /// Throws where that fails, so that nothing is answered as an empty stream.
    func chunks(id: String) throws(HubError) -> [StreamChunk] {
        guard isStream else {
            let chat = response(id: id).canonical(fallbackID: id)
            let form = form(of: chat)
            let bytes = AnswerWriting.stream(
                chat.events, as: form, id: id, created: createdSeconds, model: chat.model ?? facts.model)
            return try StreamChunk.all(form, [bytes[...]], provider: facts.provider)
        }
        return pieces.map { $0.chunk(dialect, id: id) }
    }
}

extension CachedAnswer.Piece {
    init(_ chunk: StreamChunk) {
        self.init(
            json: JSONWriter.text(of: chunk.body), choice: chunk.choice, hasPayload: chunk.hasPayload,
            hasChoices: chunk.hasChoices, usage: chunk.usage, finishReason: chunk.finishReason)
    }

    /// The chunk as if it had just come, under a new id.
    func chunk(_ dialect: WireDialect, id: String) -> StreamChunk {
        var chunk = StreamChunk(
            dialect: dialect, body: JSONDocument.root(of: AnswerID.replacing(in: json, dialect, with: id)),
            hasPayload: hasPayload, hasChoices: hasChoices, usage: usage, finishReason: finishReason)
        chunk.choice = choice
        return chunk
    }
}

extension CompletionResponse {
    /// Of its document.
    fileprivate var text: [UInt8] { JSONWriter.text(of: body) }
}

extension JSONWriter {
    static func text(of value: JSONValue) -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        writer.value(value)
        return writer.bytes
    }
}

extension JSONDocument {
    /// Of a text that this process wrote; an empty object for what came damaged from elsewhere.
    fileprivate static func root(of json: [UInt8]) -> JSONValue {
        (try? parse(json, maximumDepth: 512).root) ?? emptyObject
    }
}
