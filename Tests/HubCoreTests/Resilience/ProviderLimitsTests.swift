import Testing

@testable import HubCore

/// What a target's own limits, as its provider told them, say of the next call.
struct ProviderLimitsTests {
    private static let second: UInt64 = 1_000_000_000

    private static func target(_ limits: ProviderLimits) -> TargetHealth {
        let target = HealthRecord().target(provider: "acme", model: "m")
        target.noteLimits(limits, at: 100 * second)
        return target
    }

    private static func lacksRoom(_ target: TargetHealth, after seconds: UInt64, tokens: Int = 1) -> Bool {
        target.lacksRoom(at: (100 + seconds) * second) { tokens > $0 }
    }

    @Test func `nothing is known at first`() {
        let target = HealthRecord().target(provider: "acme", model: "m")
        #expect(!target.lacksRoom(at: 0) { _ in true })
    }

    @Test func `without a request left there is room once one has come back`() {
        let target = Self.target(ProviderLimits(requests: .init(limit: 3, remaining: 0, reset: 60 * Self.second)))
        #expect(Self.lacksRoom(target, after: 0))
        #expect(Self.lacksRoom(target, after: 19))
        #expect(!Self.lacksRoom(target, after: 20))
        #expect(!Self.lacksRoom(target, after: 60))
    }

    @Test func `where the limit is not told nothing comes back before the end`() {
        let target = Self.target(ProviderLimits(requests: .init(limit: nil, remaining: 0, reset: 60 * Self.second)))
        #expect(Self.lacksRoom(target, after: 59))
        #expect(!Self.lacksRoom(target, after: 60))
    }

    @Test func `a prompt needs as many tokens as it has`() {
        let target = Self.target(ProviderLimits(tokens: .init(limit: 1000, remaining: 100, reset: 90 * Self.second)))
        #expect(!Self.lacksRoom(target, after: 0, tokens: 100))
        #expect(Self.lacksRoom(target, after: 0, tokens: 200))
        #expect(Self.lacksRoom(target, after: 9, tokens: 200))
        #expect(!Self.lacksRoom(target, after: 10, tokens: 200))
        #expect(!Self.lacksRoom(target, after: 90, tokens: 5000))
    }

    @Test func `what is told last counts`() {
        let target = Self.target(ProviderLimits(requests: .init(limit: 3, remaining: 0, reset: 60 * Self.second)))
        target.noteLimits(
            ProviderLimits(requests: .init(limit: 3, remaining: 2, reset: 20 * Self.second)), at: 101 * Self.second)
        #expect(!Self.lacksRoom(target, after: 1))
    }
}
