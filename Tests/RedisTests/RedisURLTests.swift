import Testing

@testable import Redis

@Suite struct RedisURLTests {
    @Test(arguments: [
        ("redis://host", "host:6379 0 - -"), ("redis://host:7000/3", "host:7000 3 - -"),
        ("redis://:secret@host", "host:6379 0 - secret"), ("redis://user:p%40ss@host/0", "host:6379 0 user p@ss"),
        ("redis://user@host", "host:6379 0 user -"), ("redis://[::1]:7000", "[::1]:7000 0 - -"),
        ("redis://[::1]/1", "[::1]:6379 1 - -"), ("redis://a:b@c:d@host:1", "host:1 0 a b@c:d"),
        ("redis://host/", "host:6379 0 - -"),
    ])
    func `the parts of a URL`(text: String, parts: String) throws {
        let url = try RedisURL(text)
        #expect("\(url.address) \(url.database) \(url.user ?? "-") \(url.password ?? "-")" == parts)
        #expect(!url.isEncrypted)
    }

    @Test func `rediss is encrypted`() throws {
        #expect(try RedisURL("rediss://host").isEncrypted)
    }

    @Test(arguments: [
        "http://host", "redis://", "redis:///0", "redis://host:0", "redis://host:65536", "redis://host:",
        "redis://host/a",
        "redis://host/-1", "redis://host/1/2", "redis://[::1", "redis://[::1]x", "redis://host?db=1", "redis://ho st",
        "redis://:%zzsecret@host", "redis://host/9999999",
    ])
    func `what cannot be used is refused, without a word of what may be a password`(text: String) {
        let error = #expect(throws: RedisURLError.self) { try RedisURL(text) }
        #expect(error?.description.contains("secret") == false)
        #expect(error?.description.isEmpty == false)
    }

    @Test func `credentials are not shown`() {
        let credentials = RedisCredentials(user: "name", password: "secret")
        #expect("\(credentials)" == "[redacted]")
        #expect(String(reflecting: credentials) == "[redacted]")
        #expect(Array(Mirror(reflecting: credentials).children).isEmpty)
    }
}
