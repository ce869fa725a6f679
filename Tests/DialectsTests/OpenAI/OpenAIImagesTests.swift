import Dialects
import Testing
import Wire

/// Images that a Gemini model makes, for OpenAI's clients.
struct OpenAIImagesTests {
    private static let answer =
        #"{"candidates":[{"content":{"parts":[{"text":"Here."},{"inlineData":{"mimeType":"image/png","data":"aW1n"},"#
        + #""thoughtSignature":"c2ln"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1}}"#

    private func message() throws -> JSONValue {
        let response = try GeminiResponse.parse(Array(Self.answer.utf8), provider: "google")
        let bytes = OpenAIResponse.render(
            response.canonical(fallbackID: "x"), id: "x", created: 1, model: "m", hub: nil)
        return try #require(try parsed(bytes.text)["choices"]?[index: 0]?["message"])
    }

    @Test func `an image of a whole answer is beside its text`() throws {
        let message = try message()
        #expect(message["content"]?.string == "Here.")
        let image = message["images"]?[index: 0]
        #expect(image?["type"]?.string == "image_url")
        #expect(image?["image_url"]?["url"]?.string == "data:image/png;base64,aW1n")
    }

    @Test func `an image handed back goes to Gemini as it was, signature and all`() throws {
        var writer = JSONWriter(reserving: 512)
        writer.value(try message())
        let request = try OpenAIRequest.canonical(
            parsed(
                #"{"messages":[{"role":"user","content":"draw"},\#(writer.bytes.text),{"role":"user","content":"on"}]}"#
            ))
        var report = TranslationReport()
        let body = try parsed(
            GeminiRequest.render(request, target: GeminiTarget(model: "gemini-3-pro-image"), report: &report).text)
        let part = body["contents"]?[index: 1]?["parts"]?[index: 1]
        #expect(part?["inlineData"]?["data"]?.string == "aW1n")
        #expect(part?["inlineData"]?["mimeType"]?.string == "image/png")
        #expect(part?["thoughtSignature"]?.string == "c2ln")
        #expect(report.dropped.isEmpty)
    }

    @Test func `an image of a stream is a delta of its own`() throws {
        var translation = StreamTranslation(toOpenAI: "x", created: 1, model: "m")
        var decoder = GeminiStreamDecoder(provider: "google")
        var chunks: [[UInt8]] = []
        Array("data: \(Self.answer)\r\n\r\n".utf8).withUnsafeBytes { decoder.feed($0) }
        while let chunk = try decoder.next() { chunks += translation.openAIChunks(chunk) }
        if let chunk = try decoder.finish() { chunks += translation.openAIChunks(chunk) }
        let images = try chunks.compactMap {
            try parsed($0.text)["choices"]?[index: 0]?["delta"]?["images"]?[index: 0]
        }
        #expect(images.compactMap { $0["image_url"]?["url"]?.string } == ["data:image/png;base64,aW1n"])
        #expect(images.first?["extra_content"]?["google"]?["thought_signature"]?.string == "c2ln")
    }

    @Test(arguments: ["7", "[7]", #"[{"type":"text","text":"a"}]"#, #"[{"type":"image_url"}]"#])
    func `what is no list of images counts as absent`(images: String) throws {
        let body = try parsed(
            #"{"choices":[{"index":0,"message":{"content":"a","images":\#(images)},"finish_reason":"stop"}]}"#)
        #expect(OpenAIResponse.canonical(body, fallbackID: "x").choices.first?.parts.count == 1)
    }
}
