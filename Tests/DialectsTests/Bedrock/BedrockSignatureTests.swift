import Dialects
import Testing
import Wire

/// Signatures through clients of Converse, who decode and encode what is hidden.
struct BedrockSignatureTests {
    private static let parts = [
        ChatPart(.reasoning(Reasoning(text: "hm")), signature: Signature(origin: .google, value: "Z29vZw==")),
        ChatPart(.reasoning(Reasoning(text: "", encrypted: Signature(origin: .anthropic, value: "QUJD")))),
        ChatPart(.reasoning(Reasoning(text: "", encrypted: Signature(origin: .openAI, value: "rs_1:abc")))),
        ChatPart(.text("so"), signature: Signature(origin: .google, value: "dGV4dA==")),
        ChatPart(
            .toolCall(ToolCall(id: "c", name: "f", arguments: .text("{}"))),
            signature: Signature(origin: .google, value: "Y2FsbA==")),
    ]

    private static func essence(_ parts: [ChatPart]) -> [String] {
        parts.map { part in
            var hidden: Signature?
            if case .reasoning(let reasoning) = part.content { hidden = reasoning.encrypted }
            let signature = hidden ?? part.signature
            return "\(signature?.origin.rawValue ?? "") \(signature?.value ?? "")"
        }
    }

    /// The parts of a client's message with this content.
    private func read(_ content: String) throws -> [ChatPart] {
        try BedrockRequest.canonical(
            parsed(#"{"messages":[{"role":"assistant","content":\#(content)}]}"#)
        ).messages[0].parts
    }

    @Test func `signatures on every kind of part survive a client of Converse`() throws {
        let response = ChatResponse(choices: [ChatChoice(parts: Self.parts, finish: Finish(.toolCalls))])
        let bytes = BedrockResponse.render(response, latencyMilliseconds: 1, hub: nil)
        var writer = JSONWriter()
        writer.value(try #require(try parsed(bytes.text)["output"]?["message"]?["content"]))
        #expect(Self.essence(try read(writer.bytes.text)) == Self.essence(Self.parts))
    }

    @Test func `what is hidden is base 64, whatever it was`() throws {
        let hidden = ChatPart(
            .reasoning(Reasoning(text: "", encrypted: Signature(origin: .anthropic, value: "not base 64!"))))
        let response = ChatResponse(choices: [ChatChoice(parts: [hidden], finish: Finish(.stop))])
        let bytes = BedrockResponse.render(response, latencyMilliseconds: 1, hub: nil)
        let block = try #require(try parsed(bytes.text)["output"]?["message"]?["content"]?[index: 0])
        let blob = try #require(block["reasoningContent"]?["redactedContent"]?.string)
        #expect(Base64.decode(blob) != nil)
        #expect(
            Self.essence(try read(#"[{"reasoningContent":{"redactedContent":"\#(blob)"}}]"#))
                == ["anthropic not base 64!"])
    }
}
