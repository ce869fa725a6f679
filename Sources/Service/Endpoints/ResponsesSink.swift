internal import Dialects
internal import HubCore
internal import Wire

/// A streamed answer on its way to a client of OpenAI's Responses. An object: most streams have none, and it is large.
final class ResponsesSink {
    private let echo: ResponsesEcho
    // Of a provider that does not speak the client's dialect.
    private var reader: EventReader
    private var writer: ResponsesEventWriter
    private var events: [ChatEvent] = []
    /// The event that ends an answer of the same dialect: it leaves when the answer is kept.
    private var last: StreamChunk?
    private var hasPassedEvents = false
    private var sequenceNumber = 0

    init(id: String, created: Int, model: String, echo: ResponsesEcho) {
        self.echo = echo
        reader = EventReader(fallbackID: id)
        writer = ResponsesEventWriter(id: id, created: created, model: model, echo: echo)
    }

    /// Throws `stream_interrupted` where the answer is longer than the hub keeps.
    func append(_ chunk: StreamChunk, to out: inout [UInt8]) throws(HubError) {
        guard chunk.dialect == .responses else { return try translate(chunk, to: &out) }
        hasPassedEvents = true
        sequenceNumber = (chunk.body["sequence_number"]?.int ?? sequenceNumber) &+ 1
        if ResponsesStream.isEnd(chunk) {
            last = chunk
        } else {
            ResponsesStream.append(chunk, echo: echo, hub: nil, to: &out)
        }
    }

    private func translate(_ chunk: StreamChunk, to out: inout [UInt8]) throws(HubError) {
        events.removeAll(keepingCapacity: true)
        reader.read(chunk, into: &events)
        for event in events { writer.append(event, to: &out) }
        if writer.isTooLong {
            throw HubError(.streamInterrupted, "the answer is longer than a response may be")
        }
    }

    /// Writes the end of a complete answer. Returns the response object that it holds.
    /// - Parameter hub: what the `hub` object of contract 2.9 says; nil leaves it out.
    func appendEnd(usage: TokenUsage?, hub: AnswerMetadata?, to out: inout [UInt8]) -> [UInt8]? {
        guard hasPassedEvents else { return writer.appendEnd(usage: usage, hub: hub, to: &out) }
        guard let last else { return nil }
        ResponsesStream.append(last, echo: echo, hub: hub, to: &out)
        return ResponsesStream.response(last, echo: echo, hub: hub)
    }

    func append(_ error: HubError, to out: inout [UInt8]) {
        let number = hasPassedEvents ? sequenceNumber : writer.sequenceNumber
        ResponsesStream.append(error, sequenceNumber: number, to: &out)
    }
}
