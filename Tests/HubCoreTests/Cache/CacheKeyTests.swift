import Dialects
import TestSupport
import Testing
import Wire

@testable import HubCore

struct CacheKeyTests {
    private func key(
        _ body: String, form: CallInput.Form = .openAI, tenant: String = "t", provider: String = "acme",
        model: String = "m", configure: (RequestDirectives) -> Void = { _ in }
    ) throws -> CacheKey {
        let directives = RequestDirectives()
        configure(directives)
        let request = try CallInput.bytes(Array(body.utf8), form: form).parse()
        return CacheKey(
            canonical: CacheKeyText.text(request, tenant: tenant, provider: provider, model: model, directives))
    }

    private static let body =
        #"{"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0.5,"tools":[{"type":"function","function":{"name":"f","parameters":{"a":1,"b":2}}}]}"#

    @Test func `permuted members make one key`() throws {
        let permuted =
            #"{"tools":[{"function":{"parameters":{"b":2,"a":1},"name":"f"},"type":"function"}],"temperature":0.50,"messages":[{"content":"hi","role":"user"}],"model":"m"}"#
        #expect(try key(Self.body) == key(permuted))
    }

    @Test(arguments: [
        #","stream":true"#, #","stream":true,"stream_options":{"include_usage":true}"#, #","user":"u""#,
        #","metadata":{"a":"b"}"#, #","seed":null"#,
    ])
    func `what does not change the answer does not change the key`(_ more: String) throws {
        #expect(try key(Self.body) == key(Self.body.dropLast() + more + "}"))
    }

    @Test(arguments: [
        #","seed":1"#, #","top_p":0.9"#, #","reasoning_effort":"low""#, #","n":2"#, #","max_tokens":5"#,
        #","stop":"x""#,
        #","response_format":{"type":"json_object"}"#, #","tool_choice":"required""#, #","logprobs":true"#,
        #","service_tier":"flex""#, #","presence_penalty":1"#, #","parallel_tool_calls":false"#, #","anything":1"#,
    ])
    func `whatever changes the answer changes the key`(_ more: String) throws {
        #expect(try key(Self.body) != key(Self.body.dropLast() + more + "}"))
    }

    @Test func `seeds that are one double are two keys`() throws {
        let first = Self.body.dropLast() + #","seed":9007199254740993}"#
        let second = Self.body.dropLast() + #","seed":9007199254740992}"#
        #expect(try key(String(first)) != key(String(second)))
    }

    @Test func `who shares it and where it goes are part of the key`() throws {
        let keys = [
            try key(Self.body), try key(Self.body, tenant: "u"), try key(Self.body, provider: "b"),
            try key(Self.body, model: "m2"),
            try key(Self.body) { $0.simulation = "seed=2" },
            try key(Self.body) { $0.parameterPolicy = .strict },
            try key(Self.body) { $0.vendorHeaders = [("anthropic-beta", "x")] },
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test func `a plain conversation has one key in OpenAI's, the hub's and Anthropic's form`() throws {
        let body = #"{"model":"m","max_tokens":16,"messages":[{"role":"user","content":"hi"}]}"#
        let keys = try [CallInput.Form.openAI, .unified, .anthropic].map { try key(body, form: $0) }
        #expect(Set(keys).count == 1)
    }

    @Test func `a system prompt of Anthropic's is a system message of OpenAI's`() throws {
        let anthropic =
            #"{"model":"m","max_tokens":16,"system":"be brief","messages":[{"role":"user","content":"hi"}]}"#
        let openAI =
            #"{"model":"m","max_tokens":16,"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}]}"#
        #expect(try key(anthropic, form: .anthropic) == key(openAI))
    }

    @Test func `what only one dialect says is not shared with another`() throws {
        let body =
            #"{"model":"m","max_tokens":2048,"messages":[{"role":"user","content":"hi"}],"top_k":3}"#
        let keys = try [CallInput.Form.openAI, .unified, .anthropic].map { try key(body, form: $0) }
        #expect(Set(keys).count == 3)
    }

    @Test func `keys are read from the text they are written as`() throws {
        let key = try key(Self.body)
        #expect(CacheKey(hex: key.hex) == key)
        #expect(key.hex.utf8.count == 64)
        #expect(key.sharedName == "llm:cache:" + key.hex)
        #expect(CacheKey(hex: String(key.hex.dropLast())) == nil)
    }

    /// Two hundred random bodies, each with its members in another order.
    @Test func `the order of members never shows`() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<200 {
            let members = Self.members(&random)
            let first = "{" + members.joined(separator: ",") + "}"
            let second = "{" + members.shuffled(using: &random).joined(separator: ",") + "}"
            #expect(try key(first) == key(second))
        }
    }

    private static func members(_ random: inout SeededRandom) -> [String] {
        var members = [#""model":"m""#, #""messages":[{"role":"user","content":"\#(random.next() % 9)"}]"#]
        for index in 0..<Int(random.next() % 30) { members.append("\"x\(index)\":\(random.next() % 4)") }
        return members
    }
}
