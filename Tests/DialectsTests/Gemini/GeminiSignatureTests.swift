import Dialects
import Testing
import Wire

/// Thought signatures through clients that do not know them.
struct GeminiSignatureTests {
    private static let answer =
        #"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true,"thoughtSignature":"c2lnMA=="},"#
        + #"{"text":"so","thoughtSignature":"c2lnMQ=="},{"functionCall":{"name":"f","args":{"a":1}},"#
        + #""thoughtSignature":"c2lnMg=="}]},"finishReason":"STOP"}],"responseId":"r"}"#

    /// The parts that Gemini gets when a client hands its answer back.
    private func returned(_ request: ChatRequest) throws -> [String?] {
        var report = TranslationReport()
        let bytes = GeminiRequest.render(request, target: GeminiTarget(model: "gemini-3.5-flash"), report: &report)
        let turns = try #require(try parsed(bytes.text)["contents"])
        let answer = turns.elements.first { $0["role"]?.equals("model") == true }
        return answer?["parts"]?.elements.map { $0["thoughtSignature"]?.string } ?? []
    }

    private func answer() throws -> ChatResponse {
        try GeminiResponse.parse(Array(Self.answer.utf8), provider: "google").canonical(fallbackID: "x")
    }

    @Test func `signatures on every kind of part survive an OpenAI client`() throws {
        let bytes = OpenAIResponse.render(try answer(), id: "x", created: 1, model: "m", hub: nil)
        let message = try #require(try parsed(bytes.text)["choices"]?[index: 0]?["message"])
        var writer = JSONWriter()
        writer.value(message)
        let request = try OpenAIRequest.canonical(
            parsed(#"{"model":"m","messages":[{"role":"user","content":"go"},\#(writer.bytes.text)]}"#))
        #expect(try returned(request) == ["c2lnMA==", "c2lnMQ==", "c2lnMg=="])
    }

    @Test func `signatures on every kind of part survive an Anthropic client`() throws {
        let bytes = AnthropicResponse.render(try answer(), id: "x", model: "m", hub: nil)
        var writer = JSONWriter()
        writer.value(try #require(try parsed(bytes.text)["content"]))
        let request = try AnthropicRequest.canonical(
            parsed(
                #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"go"},"#
                    + #"{"role":"assistant","content":\#(writer.bytes.text)}]}"#))
        #expect(try returned(request) == ["c2lnMA==", "c2lnMQ==", "c2lnMg=="])
    }

    @Test func `another provider's signature survives a client that decodes the field`() throws {
        let thought = ChatPart(
            .reasoning(Reasoning(text: "hm")), signature: Signature(origin: .anthropic, value: "Eq+/8="))
        let hidden = ChatPart(
            .reasoning(Reasoning(text: "", encrypted: Signature(origin: .anthropic, value: "opaque"))))
        let response = ChatResponse(choices: [ChatChoice(parts: [thought, hidden], finish: Finish(.stop))])
        let bytes = GeminiResponse.render(response, id: "x", model: "m", hub: nil)
        let parts = try #require(try parsed(bytes.text)["candidates"]?[index: 0]?["content"]?["parts"])
        // As Google's Python client writes it back.
        let texts = parts.elements.compactMap { part in
            part["thoughtSignature"]?.string?.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
        }.map { String($0) }
        let contents = zip(["hm", ""], texts).map {
            #"{"text":"\#($0)","thought":true,"thoughtSignature":"\#($1)"}"#
        }.joined(separator: ",")
        let request = try GeminiRequest.canonical(
            parsed(#"{"contents":[{"role":"model","parts":[\#(contents)]}]}"#))
        let read = request.messages[0].parts
        #expect(read[0].signature == thought.signature)
        guard case .reasoning(let reasoning) = read[1].content else {
            Issue.record("no thought")
            return
        }
        #expect(reasoning.encrypted == Signature(origin: .anthropic, value: "opaque"))
    }
}
