extension StreamChunk {
    /// The chunks of a whole stream: the bytes of its body.
    public static func all(_ dialect: WireDialect, _ bytes: [UInt8]) throws(HubError) -> [StreamChunk] {
        switch dialect {
        case .openAI: try read(OpenAIStreamDecoder(provider: "cache"), bytes)
        case .anthropic: try read(AnthropicStreamDecoder(provider: "cache"), bytes)
        case .responses: try read(ResponsesStreamDecoder(provider: "cache"), bytes)
        case .gemini: try read(GeminiStreamDecoder(provider: "cache"), bytes)
        case .bedrock: try read(BedrockStreamDecoder(provider: "cache"), bytes)
        }
    }

    private static func read(_ decoder: some StreamDecoding, _ bytes: [UInt8]) throws(HubError) -> [StreamChunk] {
        var decoder = decoder
        var chunks: [StreamChunk] = []
        bytes.withUnsafeBytes { decoder.feed($0) }
        while let chunk = try decoder.next() { chunks.append(chunk) }
        if let last = try decoder.finish() { chunks.append(last) }
        return chunks
    }
}
