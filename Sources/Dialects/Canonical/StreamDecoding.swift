/// Turns the bytes of a provider's streamed answer into chunks. One per stream.
public protocol StreamDecoding: Sendable {
    init(provider: String)

    /// Takes the next bytes of the body, in pieces of any size.
    mutating func feed(_ bytes: UnsafeRawBufferPointer)

    /// The next chunk of what was fed; nil if more bytes are needed. Throws what the provider reports inside the stream,
    /// and `stream_interrupted` for what cannot be read.
    mutating func next() throws(HubError) -> StreamChunk?

    /// Call at the end of the body: a last chunk, or `stream_interrupted` if the answer was not complete.
    mutating func finish() throws(HubError) -> StreamChunk?
}

extension OpenAIStreamDecoder: StreamDecoding {}
extension AnthropicStreamDecoder: StreamDecoding {}
extension ResponsesStreamDecoder: StreamDecoding {}
