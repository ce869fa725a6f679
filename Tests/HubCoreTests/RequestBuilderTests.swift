import Dialects
import HubCore
import Testing
import Wire

struct RequestBuilderTests {
    @Test func `a request is built part by part`() throws {
        let request = try RequestBuilder().system("be brief").model("acme/m1").user("hi \"you\"").assistant("yes")
            .temperature(0.5).maximumTokens(5).build()
        #expect(request.model == "acme/m1")
        #expect(request.dialect == .unified)
        #expect(!request.isStream)
        #expect(
            request.body.isEquivalent(
                to: json(
                    #"""
                    {"model":"acme/m1","messages":[{"role":"system","content":"be brief"},
                     {"role":"user","content":"hi \"you\""},{"role":"assistant","content":"yes"}],
                     "temperature":0.5,"max_tokens":5}
                    """#)))
    }

    @Test func `a value out of range is refused when the request is built`() {
        #expect {
            try RequestBuilder().model("m").user("hi").temperature(3).build()
        } throws: { error in
            (error as? HubError)?.parameter == "temperature"
        }
    }

    @Test func `a built request is answered like any other`() async throws {
        let provider = FakeProvider("acme", .answer("hello"))
        let fixture = HubFixture([provider])
        let request = try RequestBuilder().model("m").user("hi").build()
        let answer = try await fixture.hub.answer(.request(request), fixture.context, sink: fixture.sink)
        guard case .whole(let responses) = answer else {
            Issue.record("streamed")
            return
        }
        #expect(responses.first?.body["choices"]?[index: 0]?["message"]?["content"]?.equals("hello") == true)
        #expect(provider.calls.map(\.model) == ["m"])
    }
}
