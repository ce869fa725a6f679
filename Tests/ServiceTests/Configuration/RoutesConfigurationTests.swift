import HubCore
import Testing

@testable import Service

struct RoutesConfigurationTests {
    @Test func `a route is read with its targets and fallbacks`() throws {
        let text = """
            routes:
              - pattern: "gpt-*"
                strategy: RoundRobin
                targets: [{provider: openai, weight: 2}, {provider: simulated, model: sim-chat}]
                fallbacks: [{provider: simulated}]
            """
        let route = try #require(try ConfigurationFixture.file(text).load().configuration.routing.routes.first)
        #expect(route.pattern == "gpt-*")
        #expect(route.strategy == .roundRobin)
        #expect(route.targets.map(\.provider) == ["openai", "simulated"])
        #expect(route.targets.map(\.weight) == [2, nil])
        #expect(route.fallbacks.map(\.model) == [nil])
    }

    @Test func `a route has the last word on whether its streams are rescued`() throws {
        let text = """
            rescue_streams: true
            routes:
              - {pattern: a, targets: [{provider: simulated}]}
              - {pattern: b, targets: [{provider: simulated}], rescue_streams: false}
            """
        let planner = HubOptions(try ConfigurationFixture.file(text).load()).planner
        #expect(planner.rescuesStreams)
        #expect(planner.routes.map(\.rescuesStreams) == [nil, false])
        #expect(try !HubOptions(ConfigurationFixture.file("").load()).planner.rescuesStreams)
    }

    @Test func `a target must be a provider`() throws {
        let text = "routes:\n  - pattern: a\n    targets:\n      - provider: nobody\n"
        #expect(
            try ConfigurationFixture.file(text).mistakes() == [
                #"hub.yaml:4:19: routes[0].targets[0].provider: there is no provider "nobody""#
            ])
    }

    @Test func `a route needs a target`() throws {
        #expect(
            try ConfigurationFixture.file("routes: [{pattern: a, targets: []}]").mistakes() == [
                "hub.yaml:1:32: routes[0].targets: needs at least one target"
            ])
    }
}
