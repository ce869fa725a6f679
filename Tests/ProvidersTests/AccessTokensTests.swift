import Dialects
import Reactor
import Synchronization
import TestSupport
import Testing

@testable import Providers

/// Fetches in memory: each waits until the test lets it go on.
private final class Source: Sendable {
    let started = Gate()
    private let goOn = Gate()
    private let count = Mutex(0)
    private let failures: Int

    init(failures: Int = 0) {
        self.failures = failures
    }

    var fetches: Int { count.withLock { $0 } }

    func open() { goOn.open() }

    func fetch() async throws(HubError) -> AccessTokens<String>.Fetched {
        let number = count.withLock { count in
            count += 1
            return count
        }
        started.open()
        await goOn.opened()
        if Task.isCancelled { throw HubError(.aborted, "cancelled") }
        if number <= failures { throw HubError(.providerUnreachable, "no") }
        return AccessTokens<String>.Fetched(value: "token-\(number)", lifetimeSeconds: 3600)
    }
}

struct AccessTokensTests {
    private let clock = ManualClock()

    @Test func `calls at the same time share one fetch`() async throws {
        let source = Source()
        let tokens = AccessTokens(clock: clock, fetch: source.fetch)
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await tokens.token() } }
            await source.started.opened()
            source.open()
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(texts == ["token-1"])
        #expect(source.fetches == 1)
    }

    @Test func `a failure is everybody's who waits, and the next call tries again`() async throws {
        let source = Source(failures: 1)
        let tokens = AccessTokens(clock: clock, fetch: source.fetch)
        source.open()
        await #expect(throws: HubError(.providerUnreachable, "no")) { try await tokens.token() }
        #expect(try await tokens.token() == "token-2")
    }

    @Test func `when the client of the call that fetches goes away, another call fetches`() async throws {
        let source = Source()
        let tokens = AccessTokens(clock: clock, fetch: source.fetch)
        let first = Task { try await tokens.token() }
        await source.started.opened()
        let second = Task { try await tokens.token() }
        first.cancel()
        source.open()
        await #expect(throws: HubError.self) { try await first.value }
        #expect(try await second.value.hasPrefix("token-"))
    }

    @Test func `a call that waits ends with its time, and the one that fetches goes on`() async throws {
        let bench = try Bench()
        let source = Source()
        let tokens = AccessTokens(clock: clock, fetch: source.fetch)
        let first = Task { try await tokens.token() }
        await source.started.opened()
        let second = Task(executorPreference: bench.reactors.reactors[0]) {
            try await tokens.token(until: .now + .milliseconds(5))
        }
        var late = HubError(.providerTimeout, "no token came within the time of the call")
        late.isUnsent = true
        await #expect(throws: late) {
            try await second.value
        }
        source.open()
        #expect(try await first.value == "token-1")
    }

    @Test func `a call that waits ends when its client goes away`() async throws {
        let source = Source()
        let tokens = AccessTokens(clock: clock, fetch: source.fetch)
        let first = Task { try await tokens.token() }
        await source.started.opened()
        let second = Task { try await tokens.token() }
        second.cancel()
        var aborted = HubError(.aborted, "the client went away")
        aborted.isUnsent = true
        await #expect(throws: aborted) { try await second.value }
        source.open()
        #expect(try await first.value == "token-1")
        #expect(source.fetches == 1)
    }
}
