import Dialects
import Testing

@testable import HubCore

struct LinePaceTests {
    static func error(_ code: ErrorCode, retryAfter: Int? = nil) -> HubError {
        var error = HubError(code, "x")
        error.retryAfter = retryAfter
        return error
    }

    @Test(arguments: [
        ErrorCode.providerRateLimited, .circuitOpen, .noProviderAvailable, .overloaded, .notReady, .storeUnavailable,
    ])
    func `what asks for patience is waited for however often`(code: ErrorCode) {
        for failures in [1, 3, 100] {
            guard case .wait(let nanoseconds, true) = LinePace.after(Self.error(code), failures: failures, chance: 0)
            else {
                Issue.record("\(code) is an answer")
                continue
            }
            #expect((1_000_000_000...60_000_000_000).contains(nanoseconds))
        }
    }

    @Test func `a limit is waited for as long as it says, and a limit that never fits is an answer`() {
        let wait = LinePace.after(Self.error(.rateLimitExceeded, retryAfter: 7), failures: 1, chance: 0)
        #expect(wait == .wait(nanoseconds: 7_000_000_000, all: true))
        #expect(LinePace.after(Self.error(.rateLimitExceeded), failures: 1, chance: 0) == .answer)
    }

    @Test func `a failure of the provider is tried three times, alone`() {
        #expect(
            LinePace.after(Self.error(.providerError), failures: 1, chance: 0)
                == .wait(nanoseconds: 1_000_000_000, all: false))
        #expect(
            LinePace.after(Self.error(.providerError), failures: 2, chance: 999_999_999)
                == .wait(nanoseconds: 2_999_999_999, all: false))
        #expect(LinePace.after(Self.error(.providerError), failures: 3, chance: 0) == .answer)
    }

    @Test(arguments: [
        ErrorCode.validationFailed, .modelNotFound, .modelNotAllowed, .contextLengthExceeded, .revokedCredential,
        .contentFilter, .providerAuthentication,
    ])
    func `a refusal is the answer`(code: ErrorCode) {
        #expect(LinePace.after(Self.error(code), failures: 1, chance: 0) == .answer)
    }

    @Test(arguments: [
        (100, 100, 0), (100, 25, 0), (100, 24, 2_500_000_000), (100, 0, 2_500_000_000), (2, 1, 0),
        (2, 0, 2_500_000_000), (1, 0, 0),
    ])
    func `a quarter of a limit is left to others`(limit: Int, remaining: Int, pause: Int) {
        let demand = LimitDemand(
            counter: "c", scope: .global, unit: .requests,
            algorithm: .fixedWindow(limit: limit, milliseconds: 60_000), amount: 1, holder: "h")
        var states = LimitStates()
        states.note([demand], [LimitState(limit: limit, remaining: remaining, resetMilliseconds: 10_000)])
        #expect(LinePace.pause(states) == UInt64(pause))
    }
}
