import HubCore
import TestSupport
import Testing

@testable import Service

/// A provider that lists models of its own.
private struct Listing: AnswerlessProvider {
    let providerID = "listing"

    func metadata() -> ProviderMetadata { ProviderMetadata(kind: "compatible", models: [], acceptsUnknownModels: true) }
}

struct ModelDirectoryTests {
    private let hub = ConnectorHub(providers: [Listing()])

    private func listed(_ names: [String]) -> [String] {
        let directory = ModelDirectory()
        directory.discovered(names.map { ModelFacts(id: $0) }, at: "listing")
        return directory.all(hub) { _, _ in true }.map(\.name)
    }

    @Test func `a provider's own list is kept, up to a bound`() {
        #expect(listed(["b", "a"]) == ["b", "a"])
        #expect(listed((0..<100_000).map { "m\($0)" }).count == 5000)
    }

    @Test func `names that no request could use are not kept`() {
        #expect(listed(["", String(repeating: "x", count: 257), "a"]) == ["a"])
    }
}
