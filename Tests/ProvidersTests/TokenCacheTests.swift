import Testing

@testable import Providers

struct TokenCacheTests {
    private static let second: UInt64 = 1_000_000_000

    /// With a token that was fetched at 0 and lasts an hour.
    private func cache() -> TokenCache<String> {
        var cache = TokenCache<String>()
        _ = cache.next(rejecting: nil, now: 0)
        cache.fetched("one", lifetime: 3600 * Self.second, now: 0)
        return cache
    }

    @Test func `the first caller fetches and the others wait`() {
        var cache = TokenCache<String>()
        #expect(cache.next(rejecting: nil, now: 0) == .fetch)
        #expect(cache.next(rejecting: nil, now: 0) == .wait)
        cache.fetched("one", lifetime: 3600 * Self.second, now: 0)
        #expect(cache.next(rejecting: nil, now: 0) == .use("one"))
    }

    @Test func `shortly before its end one caller fetches and the others use what there is`() {
        var cache = cache()
        #expect(cache.next(rejecting: nil, now: 3359 * Self.second) == .use("one"))
        #expect(cache.next(rejecting: nil, now: 3360 * Self.second) == .fetch)
        #expect(cache.next(rejecting: nil, now: 3360 * Self.second) == .use("one"))
        #expect(cache.next(rejecting: nil, now: 3600 * Self.second) == .wait)
    }

    @Test func `a short life is used for four fifths`() {
        var cache = TokenCache<String>()
        _ = cache.next(rejecting: nil, now: 0)
        cache.fetched("one", lifetime: 100 * Self.second, now: 0)
        #expect(cache.next(rejecting: nil, now: 79 * Self.second) == .use("one"))
        #expect(cache.next(rejecting: nil, now: 80 * Self.second) == .fetch)
    }

    @Test func `a token that was refused is fetched anew, and once`() {
        var cache = cache()
        #expect(cache.next(rejecting: "one", now: 1) == .fetch)
        #expect(cache.next(rejecting: "one", now: 1) == .wait)
        cache.fetched("two", lifetime: 3600 * Self.second, now: 1)
        #expect(cache.next(rejecting: "one", now: 2) == .use("two"))
    }

    @Test func `when no new one can be had the old one is used until its end`() {
        var cache = cache()
        let time = 3400 * Self.second
        #expect(cache.next(rejecting: nil, now: time) == .fetch)
        #expect(cache.failed(rejecting: nil, now: time) == "one")
        #expect(cache.next(rejecting: nil, now: time + 9 * Self.second) == .use("one"))
        #expect(cache.next(rejecting: nil, now: time + 10 * Self.second) == .fetch)
        #expect(cache.failed(rejecting: nil, now: 3600 * Self.second) == nil)
    }

    @Test func `a refused token is not used for want of another`() {
        var cache = cache()
        #expect(cache.next(rejecting: "one", now: 1) == .fetch)
        #expect(cache.failed(rejecting: "one", now: 1) == nil)
    }
}
