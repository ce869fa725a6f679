import HubCore
import Testing

struct CacheDirectivesTests {
    @Test(arguments: [
        ("no-store", CacheDirectives(forbidsStoring: true)),
        ("No-Cache", CacheDirectives(forbidsLookUp: true)),
        ("max-age=60", CacheDirectives(maximumAge: 60)),
        ("max-age = \"5\" , no-cache", CacheDirectives(forbidsLookUp: true, maximumAge: 5)),
        ("private, max-stale=3, only-if-cached", CacheDirectives()),
        ("max-age", CacheDirectives(maximumAge: 0)), ("max-age=x", CacheDirectives(maximumAge: 0)),
        ("max-age=-1", CacheDirectives(maximumAge: 0)), (",,=,", CacheDirectives()), ("", CacheDirectives()),
    ])
    func `Cache-Control is read as RFC 9111 has it`(_ text: String, _ expected: CacheDirectives) {
        #expect(CacheDirectives(cacheControl: text) == expected)
    }
}
