import Dialects
import TestSupport
import Wire

/// What an answer says, whatever its dialect.
enum MessagesReplayMeaning {
    static func read(_ body: [UInt8], _ dialect: WireDialect, isStream: Bool) throws(HubError) -> ChatResponse {
        guard isStream else {
            let answer =
                dialect == .anthropic
                ? try AnthropicResponse.parse(body, provider: "acme") : try OpenAIResponse.parse(body, provider: "acme")
            return answer.canonical(fallbackID: "x")
        }
        var chunks: [StreamChunk] = []
        if dialect == .anthropic {
            chunks = try decode(AnthropicStreamDecoder(provider: "acme"), body)
        } else {
            chunks = try decode(OpenAIStreamDecoder(provider: "acme"), body)
        }
        var reader = EventReader(fallbackID: "x")
        var events: [ChatEvent] = []
        for chunk in chunks { reader.read(chunk, into: &events) }
        return ChatAssembly(events).response
    }

    private static func decode(_ decoder: some StreamDecoding, _ body: [UInt8]) throws(HubError) -> [StreamChunk] {
        var decoder = decoder
        var chunks: [StreamChunk] = []
        body.withUnsafeBytes { decoder.feed($0) }
        while let chunk = try decoder.next() { chunks.append(chunk) }
        if let last = try decoder.finish() { chunks.append(last) }
        return chunks
    }

    /// Without what the client's dialect cannot say.
    static func reduced(_ answer: ChatResponse, to client: WireDialect) -> ChatResponse {
        var answer = answer
        guard client == .anthropic else { return answer }
        answer.choices = answer.choices.filter { $0.index == 0 }
        answer.usage = answer.usage ?? TokenUsage()
        for index in answer.choices.indices {
            let parts = answer.choices[index].parts
            let isRefusal = parts.contains { if case .refusal = $0.content { true } else { false } }
            if isRefusal { answer.choices[index].finish.reason = .contentFilter }
            answer.choices[index].parts = parts.compactMap { part in
                switch part.content {
                case .media: nil
                case .refusal(let text): ChatPart(.text(text))
                default: part
                }
            }
        }
        return answer
    }
}
