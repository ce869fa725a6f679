import Dialects
import Testing
import Wire

struct TokenEstimateTests {
    private static func tokens(_ parts: [ChatPart], tools: [ChatTool] = [], model: String = "gpt-4o") -> Int {
        var request = ChatRequest(messages: [ChatMessage(role: .user, parts: parts)])
        request.tools = tools
        return TokenEstimate.input(of: request, model: model)
    }

    @Test func `every kind of part counts`() throws {
        let text = ChatPart(.text("one two three four five six"))
        let plain = Self.tokens([text])
        #expect(plain == 4 + 6)
        let call = ToolCall(id: "1", name: "look", arguments: .text(#"{"place":"here"}"#))
        let result = ToolResult(callID: "1", parts: [ChatPart(.text("a b c d"))])
        let image = Media(kind: .image, source: .url("https://example.com/a.png"))
        let small = Media(kind: .image, source: .url("https://example.com/a.png"), detail: "low")
        let pages = Media(
            kind: .document, source: .data(String(repeating: "A", count: 64_000), mediaType: "application/pdf"))
        let added: [(ChatPart.Content, ClosedRange<Int>)] = [
            (.toolCall(call), 5...12), (.toolResult(result), 4...4), (.reasoning(Reasoning(text: "a b c")), 2...3),
            (.refusal("a b c"), 2...3), (.media(image), 765...765), (.media(small), 85...85),
            (.media(pages), 1000...1000),
            (.other(type: "x", try JSONDocument.parse(#"{"a":"b"}"#).root), 3...8),
        ]
        for (content, range) in added {
            let more = Self.tokens([text, ChatPart(content)]) - plain
            #expect(range.contains(more), "\(content): \(more)")
        }
    }

    @Test func `a tool counts with what its vendor writes around it`() throws {
        let schema = try JSONDocument.parse(#"{"type":"object","properties":{"place":{"type":"string"}}}"#).root
        let tool = ChatTool(.function(FunctionTool(name: "look", description: "Looks there", parameters: schema)))
        let text = ChatPart(.text("hello"))
        let openAI = Self.tokens([text], tools: [tool]) - Self.tokens([text])
        #expect((20...60).contains(openAI))
        let model = "claude-sonnet-4-5"
        let claude = Self.tokens([text], tools: [tool], model: model) - Self.tokens([text], model: model)
        #expect(claude > openAI + 500)
    }
}
