import Dialects
import TestSupport
import Testing
import Wire

@testable import HubCore

struct RouteTargetsTests {
    @Test func `where a request would go can be asked without a call`() throws {
        let providers = ["a", "b", "c"].map { FakeProvider($0) }
        let directives = RequestDirectives()
        directives.strategy = "failover"
        let fixture = HubFixture(providers, directives: directives) { options in
            options.planner.routes = [
                ModelRoute(pattern: "m", targets: providers.map { RouteTarget(provider: $0.providerID) })
            ]
            for (priority, id) in ["c", "a", "b"].enumerated() {
                var traits = ProviderTraits()
                traits.priority = priority
                options.planner.traits[id] = traits
            }
        }
        let request = try OpenAIRequest.parse(json("{\(HubFixture.body)}"))
        let targets = try fixture.hub.targets(of: request, fixture.context)
        #expect(targets.map(\.entry.id) == ["c", "a", "b"])
        #expect(targets[0].reason == "failover")
        #expect(providers.allSatisfy { $0.calls.isEmpty })
    }

    @Test func `what was found for one model is not taken for another`() throws {
        let fixture = HubFixture([FakeProvider("a"), FakeProvider("b")]) { options in
            options.planner.routes = [
                ModelRoute(pattern: "*", targets: [RouteTarget(provider: "a"), RouteTarget(provider: "b")])
            ]
        }
        for model in ["m", "n", "n", "m"] {
            let request = try OpenAIRequest.parse(
                json(#"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]}"#))
            let targets = try fixture.hub.targets(of: request, fixture.context)
            #expect(targets.map(\.model) == [model, model])
        }
    }
}
