internal import Dialects
internal import HubCore
internal import Wire

/// A streamed answer on its way to a client of Bedrock's Converse. An object: most streams have none, and it is large.
final class BedrockSink {
    private var reader: EventReader
    private var writer = BedrockEventWriter()
    private var events: [ChatEvent] = []
    private let wantsHub: Bool
    /// Of a client that wants the `hub` object: the event that carries it, which is the last one.
    private var last: StreamChunk?
    private var hasPassedEvents = false

    init(id: String, wantsHub: Bool) {
        reader = EventReader(fallbackID: id)
        self.wantsHub = wantsHub
    }

    func append(_ chunk: StreamChunk, to out: inout [UInt8]) {
        guard chunk.dialect == .bedrock else {
            events.removeAll(keepingCapacity: true)
            reader.read(chunk, into: &events)
            for event in events { writer.append(event, to: &out) }
            return
        }
        hasPassedEvents = true
        if wantsHub, BedrockStream.isEnd(chunk) {
            last = chunk
        } else {
            BedrockStream.append(chunk, to: &out)
        }
    }

    /// The end of a complete answer.
    func appendEnd(_ metadata: AnswerMetadata, to out: inout [UInt8]) {
        if let last {
            BedrockStream.append(last, hub: metadata, to: &out)
        } else if !hasPassedEvents {
            writer.appendEnd(
                usage: metadata.usage, latencyMilliseconds: Int(metadata.providerLatencyMilliseconds),
                hub: wantsHub ? metadata : nil, to: &out)
        }
    }
}
