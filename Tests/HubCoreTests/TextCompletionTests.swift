import Dialects
import HubCore
import Testing
import Wire

/// What a provider is asked for a text completion: contract 2.2, 13.9.
struct TextCompletionTests {
    private static let body = #"{"model":"m","prompt":["a","b"],"suffix":"z","logprobs":1}"#

    private static func fixture(_ providers: [FakeProvider], isStrict: Bool = false) -> HubFixture {
        let directives = RequestDirectives()
        if isStrict { directives.parameterPolicy = .strict }
        let decisions: [ErrorDecision] = providers.dropFirst().map { .fallback(provider: $0.providerID) }
        let fallback = FakeMiddleware("m", Journal(), decides: decisions + [.propagate])
        return HubFixture(providers, middleware: [fallback], directives: directives)
    }

    @Test func `a provider that takes text is asked for text, prompt by prompt`() async throws {
        let provider = FakeProvider("acme", takesText: true)
        let fixture = Self.fixture([provider], isStrict: true)
        _ = try await fixture.answer(Self.body, form: .unified)
        #expect(provider.calls.map(\.request.dialect) == [.textCompletion, .textCompletion])
        #expect(provider.calls.map { $0.request.body["prompt"]?.string } == ["a", "b"])
        #expect(provider.calls.allSatisfy { $0.request.body["suffix"]?.string == "z" })
        #expect(fixture.context.droppedParameters.isEmpty)
    }

    @Test func `another is asked as a chat, and what it lacks is told`() async throws {
        let provider = FakeProvider("acme")
        let fixture = Self.fixture([provider])
        _ = try await fixture.answer(Self.body, form: .unified)
        #expect(provider.calls.map(\.request.dialect) == [.unified, .unified])
        #expect(provider.calls.map { $0.request.body["messages"]?[index: 0]?["content"]?.string } == ["a", "b"])
        #expect(provider.calls.allSatisfy { $0.request.body["logprobs"]?.bool == true })
        #expect(fixture.context.droppedParameters == ["suffix"])
    }

    @Test func `what it lacks is refused where the caller is strict`() async throws {
        let provider = FakeProvider("acme")
        let fixture = Self.fixture([provider], isStrict: true)
        await #expect {
            _ = try await fixture.answer(Self.body, form: .unified)
        } throws: { error in
            (error as? HubError)?.code == .unsupportedParameter && (error as? HubError)?.parameter == "suffix"
        }
        #expect(provider.calls.isEmpty)
    }

    @Test(arguments: [true, false])
    func `each candidate is asked in its own form`(firstTakesText: Bool) async throws {
        let first = FakeProvider("first", takesText: firstTakesText, .fail(.providerError))
        let second = FakeProvider("second", takesText: !firstTakesText)
        let fixture = Self.fixture([first, second])
        _ = try await fixture.answer(#"{"model":"m","prompt":"a","suffix":"z"}"#, form: .unified)
        #expect(first.calls.map(\.request.dialect) == [firstTakesText ? .textCompletion : .unified])
        #expect(second.calls.map(\.request.dialect) == [firstTakesText ? .unified : .textCompletion])
        #expect(fixture.context.droppedParameters == (firstTakesText ? ["suffix"] : []))
    }
}
