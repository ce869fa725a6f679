import Dialects
import Testing
import Wire

struct EmbeddingRequestTests {
    @Test(arguments: [
        (#"{"input":"a"}"#, "model"), (#"{"model":"m"}"#, "input"), (#"{"model":"m","input":""}"#, "input"),
        (#"{"model":"m","input":[]}"#, "input"), (#"{"model":"m","input":7}"#, "input"),
        (#"{"model":"m","input":["a",""]}"#, "input[1]"), (#"{"model":"m","input":["a",[1]]}"#, "input[1]"),
        (#"{"model":"m","input":[[1],[]]}"#, "input[1]"), (#"{"model":"m","input":[[1],"a"]}"#, "input[1]"),
        (#"{"model":"m","input":[1,-1]}"#, "input[0]"), (#"{"model":"m","input":[1.5]}"#, "input[0]"),
        (#"{"model":"m","input":"a","encoding_format":"hex"}"#, "encoding_format"),
        (#"{"model":"m","input":"a","dimensions":0}"#, "dimensions"), (#"{"model":"m","input":"a","user":1}"#, "user"),
    ])
    func `a field that is missing or wrong is named`(text: String, field: String) throws {
        let body = try parsed(text)
        let error = failure { () throws(HubError) in _ = try EmbeddingRequest.parse(body) }
        #expect(error?.parameter == field)
        #expect(error?.code == .validationFailed)
    }

    @Test
    func `2048 inputs are taken and no more`() throws {
        func body(_ count: Int) throws -> JSONValue {
            try parsed(#"{"model":"m","input":[\#(Array(repeating: #""a""#, count: count).joined(separator: ","))]}"#)
        }
        #expect(EmbeddingRequest.inputs(try EmbeddingRequest.parse(try body(2048))).count == 2048)
        let tooMany = try body(2049)
        #expect(failure { () throws(HubError) in _ = try EmbeddingRequest.parse(tooMany) }?.parameter == "input")
    }

    @Test(arguments: [
        (#""a b""#, 1), (#"["a","b"]"#, 2), ("[1,2,3]", 1), ("[[1,2],[3]]", 2),
    ])
    func `inputs are texts or tokens, one or many`(input: String, count: Int) throws {
        let request = try EmbeddingRequest.parse(try parsed(#"{"model":"m","input":\#(input)}"#))
        #expect(EmbeddingRequest.inputs(request).count == count)
    }

    @Test
    func `every field is passed on in its order`() throws {
        let request = try EmbeddingRequest.parse(
            try parsed(#"{"vendor":1,"input":"a","model":"m","encoding_format":"base64","dimensions":3}"#))
        #expect(
            EmbeddingRequest.render(request, model: "real").text
                == #"{"vendor":1,"input":"a","model":"real","encoding_format":"base64","dimensions":3}"#)
    }
}

struct EmbeddingResponseTests {
    private static let floats =
        #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1.0,0.1]}],"model":"real","usage":{"prompt_tokens":5,"total_tokens":5}}"#
    /// 0.5, -1, 0.1 as 32-bit numbers, the low byte first.
    private static let base64 = "AAAAPwAAgL/NzMw9"

    private static func request(_ format: String) throws -> CompletionRequest {
        try EmbeddingRequest.parse(try parsed(#"{"model":"m","input":"a","encoding_format":"\#(format)"}"#))
    }

    private static func answer(_ text: String, count: Int = 1) throws(HubError) -> CompletionResponse {
        try EmbeddingResponse.parse(Array(text.utf8), provider: "acme", count: count)
    }

    @Test
    func `an answer in the wanted encoding passes byte by byte`() throws {
        let answer = try Self.answer(Self.floats)
        #expect(answer.usage == TokenUsage(input: 5))
        let bytes = try EmbeddingResponse.render(answer, Self.request("float"), model: "m", hub: nil)
        #expect(bytes.text == Self.floats)
    }

    @Test
    func `numbers come in the encoding that was asked for, both ways`() throws {
        let encoded = try EmbeddingResponse.render(
            Self.answer(Self.floats), Self.request("base64"), model: "m", hub: nil)
        #expect(try parsed(encoded.text)["data"]?[index: 0]?["embedding"]?.string == Self.base64)
        let decoded = try EmbeddingResponse.render(
            Self.answer(encoded.text), Self.request("float"), model: "m", hub: nil)
        let numbers = try parsed(decoded.text)["data"]?[index: 0]?["embedding"]
        #expect(numbers?.elements.map { $0.double } == [0.5, -1, 0.1])
    }

    @Test(arguments: ["****", "AAAA", "AADAfw=="])
    func `numbers that cannot be read are a bad response`(text: String) throws {
        let answer = try Self.answer(#"{"data":[{"embedding":"\#(text)"}]}"#)
        let request = try Self.request("float")
        let error = failure { () throws(HubError) in
            _ = try EmbeddingResponse.render(answer, request, model: "m", hub: nil)
        }
        #expect(error?.code == .providerBadResponse)
    }

    @Test(arguments: [
        "no", "{}", #"{"data":[]}"#, #"{"data":[{"embedding":1}]}"#, #"{"data":[{"embedding":[1]},{"embedding":[2]}]}"#,
    ])
    func `an answer that does not fit its inputs is a bad response`(text: String) {
        let error = failure { () throws(HubError) in _ = try Self.answer(text) }
        #expect(error?.code == .providerBadResponse)
    }

    @Test
    func `what a lenient server leaves out is filled in, with the hub's object`() throws {
        let answer = try Self.answer(#"{"data":[{"embedding":[1.0]},{"embedding":[2.0]}]}"#, count: 2)
        #expect(answer.usage == nil)
        let body = try parsed(
            EmbeddingResponse.render(answer, Self.request("float"), model: "m", hub: .sample).text)
        #expect(body["object"]?.string == "list")
        #expect(body["model"]?.string == "m")
        #expect(body["data"]?[index: 1]?["index"]?.int == 1)
        #expect(body["data"]?[index: 1]?["object"]?.string == "embedding")
        #expect(body["hub"]?["request_id"]?.string == "req_1")
    }

    @Test
    func `an error inside the answer is one`() {
        let error = failure { () throws(HubError) in
            _ = try Self.answer(#"{"error":{"message":"slow","code":"rate_limit_exceeded","type":"requests"}}"#)
        }
        #expect(error != nil)
    }
}
