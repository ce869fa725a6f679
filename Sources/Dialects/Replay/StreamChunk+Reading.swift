extension StreamChunk {
    /// The chunks of a whole stream, whose body comes in pieces.
    public static func all(
        _ dialect: WireDialect, _ pieces: [ArraySlice<UInt8>], provider: String
    ) throws(HubError) -> [StreamChunk] {
        switch dialect {
        case .openAI: try read(OpenAIStreamDecoder(provider: provider), pieces)
        case .anthropic: try read(AnthropicStreamDecoder(provider: provider), pieces)
        case .responses: try read(ResponsesStreamDecoder(provider: provider), pieces)
        case .gemini: try read(GeminiStreamDecoder(provider: provider), pieces)
        case .bedrock: try read(BedrockStreamDecoder(provider: provider), pieces)
        }
    }

    private static func read(
        _ decoder: some StreamDecoding, _ pieces: [ArraySlice<UInt8>]
    ) throws(HubError) -> [StreamChunk] {
        var decoder = decoder
        var chunks: [StreamChunk] = []
        for piece in pieces {
            piece.withUnsafeBytes { decoder.feed($0) }
            while let chunk = try decoder.next() { chunks.append(chunk) }
        }
        if let last = try decoder.finish() { chunks.append(last) }
        return chunks
    }
}
