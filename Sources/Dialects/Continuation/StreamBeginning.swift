internal import Wire

/// What a client has been sent of a stream, as far as another provider may have to go on with it. Pure; one per stream.
///
/// Only plain text can be gone on with: whatever else the stream holds is an obstacle, and so is an end.
public struct StreamBeginning: Sendable {
    /// Why nobody can go on with it.
    public enum Obstacle: String, Sendable {
        /// The answer has ended, or its text has.
        case finished
        /// There is more in it than text.
        case notText
        case tooLong
    }

    /// Bytes: as much as is sent along with the request of whoever goes on.
    public static let longestText = 1 << 20

    public private(set) var text = ""
    public private(set) var obstacle: Obstacle?
    /// The form that the stream is in; nil as long as nothing came.
    public private(set) var dialect: WireDialect?
    // As its provider gave them; nil where it gave none.
    private(set) var id: String?
    private(set) var created: Int?
    private(set) var model: String?
    /// Of Responses: the message that is being written.
    private(set) var messageID: String?
    /// Of Responses: of the event that comes next.
    private(set) var sequenceNumber = 0

    private var reader: EventReader
    private var events: [ChatEvent] = []

    /// - Parameter fallbackID: for streams that have no id.
    public init(fallbackID: String) {
        reader = EventReader(fallbackID: fallbackID)
    }

    /// Takes the next chunk that the client was sent.
    public mutating func follow(_ chunk: StreamChunk) {
        guard obstacle == nil else { return }
        dialect = chunk.dialect
        noteFrame(chunk.body, chunk.dialect)
        events.removeAll(keepingCapacity: true)
        reader.read(chunk, into: &events)
        let before = text.utf8.count
        for event in events where obstacle == nil { take(event) }
        // Something was generated that this does not know.
        if chunk.choice > 0 || (chunk.hasPayload && text.utf8.count == before) { obstruct(.notText) }
    }

    private mutating func take(_ event: ChatEvent) {
        switch event {
        case .start(let id, let model):
            self.id = self.id ?? id
            self.model = self.model ?? model
        case .text(0, let piece):
            text += piece
            if text.utf8.count > Self.longestText { obstruct(.tooLong) }
        case .usage: break
        // What would have followed a complete text is not known: a call, another text, or nothing.
        case .finish, .partEnd: obstruct(.finished)
        default: obstruct(.notText)
        }
    }

    private mutating func obstruct(_ obstacle: Obstacle) {
        self.obstacle = self.obstacle ?? obstacle
    }

    // MARK: Frames

    /// What the events of each dialect say beside the text. The text has to be the first thing in the answer.
    private mutating func noteFrame(_ body: JSONValue, _ dialect: WireDialect) {
        switch dialect {
        case .openAI: created = created ?? body["created"]?.int
        case .gemini: break
        case .anthropic:
            let isBlock = body["type"]?.equals("content_block_start") == true
            if isBlock, body["index"]?.int ?? 0 != 0 { obstruct(.notText) }
        case .bedrock:
            let index = body["contentBlockDelta"]?["contentBlockIndex"]?.int ?? 0
            if body["contentBlockStart"] != nil || index != 0 { obstruct(.notText) }
        case .responses: noteResponse(body)
        }
    }

    private mutating func noteResponse(_ body: JSONValue) {
        sequenceNumber = (body["sequence_number"]?.int ?? sequenceNumber) &+ 1
        switch body["type"]?.string {
        case "response.created":
            id = body["response"]?["id"]?.string
            created = body["response"]?["created_at"]?.int
            model = body["response"]?["model"]?.string
        case "response.output_item.added":
            let isMessage = body["item"]?["type"]?.equals("message") == true
            if !isMessage || body["output_index"]?.int ?? 0 != 0 { obstruct(.notText) }
            messageID = body["item"]?["id"]?.string
        case "response.content_part.added": if body["content_index"]?.int ?? 0 != 0 { obstruct(.notText) }
        case "response.output_text.done": obstruct(.finished)
        default: break
        }
    }
}
