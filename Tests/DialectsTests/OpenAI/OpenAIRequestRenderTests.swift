import Dialects
import Testing
import Wire

/// Requests of other dialects, written for OpenAI.
struct OpenAIRequestRenderTests {
    private func render(
        _ request: ChatRequest, _ target: OpenAITarget = .openAI
    ) throws -> (body: JSONValue, TranslationReport) {
        var report = TranslationReport()
        let bytes = OpenAIRequest.render(request, model: "m", target: target, report: &report)
        return (try JSONDocument.parse(bytes).root, report)
    }

    private func turns(_ assistant: [ChatPart]) -> ChatRequest {
        ChatRequest(messages: [
            ChatMessage(role: .user, parts: [ChatPart(.text("a"))]), ChatMessage(role: .assistant, parts: assistant),
        ])
    }

    @Test func `an assistant that said nothing has an empty text, which may not be null`() throws {
        let (body, _) = try render(turns([]))
        #expect(body["messages"]?[index: 1]?["content"]?.equals("") == true)
    }

    @Test func `an assistant that only called has no text`() throws {
        let (body, _) = try render(turns([ChatPart(.toolCall(ToolCall(id: "c", name: "f", arguments: .text("{}"))))]))
        #expect(body["messages"]?[index: 1]?["content"]?.isNull == true)
    }

    @Test(arguments: [(OpenAITarget.openAI, false), (.azure, false), (.compatible, false), (.compatible, true)])
    func `signatures on calls go only where Google's field is known`(target: OpenAITarget, isCarried: Bool) throws {
        var target = target
        target.takesExtraContent = isCarried
        let call = ChatPart(
            .toolCall(ToolCall(id: "c", name: "f", arguments: .text("{}"))),
            signature: Signature(origin: .google, value: "c2ln"))
        let (body, _) = try render(turns([call]), target)
        let written = body["messages"]?[index: 1]?["tool_calls"]?[index: 0]
        #expect((written?["extra_content"] != nil) == isCarried)
    }

    @Test(arguments: [(OpenAITarget.openAI, ["modalities"]), (.compatible, [])])
    func `OpenAI is not asked for images in a chat`(target: OpenAITarget, refused: [String]) throws {
        var request = turns([])
        request.modalities = ["text", "image"]
        #expect(try render(request, target).1.refused == refused)
    }

    @Test(arguments: [(nil, ["thinking"]), (true, []), (false, ["thinking"])] as [(Bool?, [String])])
    func `a wish to think as much as is right is named where it is lost`(thinks: Bool?, dropped: [String]) throws {
        var request = turns([])
        request.reasoning = ReasoningRequest()
        request.reasoning?.isAdaptive = true
        var target = OpenAITarget.openAI
        target.thinks = thinks
        #expect(try render(request, target).1.dropped == dropped)
    }

    @Test func `thoughts of earlier turns are left out by name, and fail no strict call`() throws {
        let (body, report) = try render(turns([ChatPart(.reasoning(Reasoning(text: "hm"))), ChatPart(.text("b"))]))
        #expect(body["messages"]?[index: 1]?["reasoning"] == nil)
        #expect(report.dropped == ["messages.reasoning"])
        #expect(failure { () throws(HubError) in try report.check(isStrict: true, provider: "p") } == nil)
    }
}
