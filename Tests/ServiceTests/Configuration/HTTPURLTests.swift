import Testing

@testable import Service

struct HTTPURLTests {
    @Test(arguments: [
        ("https://api.openai.com/v1", "api.openai.com", nil, "/v1"),
        ("http://localhost:11434/", "localhost", 11434, ""),
        ("HTTP://[::1]:80/a/b//", "::1", 80, "/a/b"), ("https://a", "a", nil, ""),
    ])
    func `a base URL is taken apart`(text: String, host: String, port: Int?, path: String) throws {
        let url = try #require(HTTPURL(text))
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.path == path)
    }

    @Test(arguments: [
        "", "api.openai.com", "ftp://a", "https://", "https:///v1", "https://a:0", "https://a:65536", "https://a:x",
        "https://a:1:2", "https://::1/", "https://[::1", "https://[::1]x", "https://user:pass@a", "https://a/?q=1",
        "https://a/#f", "https://a b", "https://a\n", "https://ä", "https://a\\b",
    ])
    func `anything else is not one`(text: String) {
        #expect(HTTPURL(text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.9", true), ("localhost", true), ("LOCALHOST", true), ("::1", true),
        ("0.0.0.0", false), ("::", false), ("127.1", false), ("127.0.0.1.nip.io", false), ("128.0.0.1", false),
        ("localhost.example.com", false), ("127.0.0.256", false),
    ])
    func `loopback is known by its address`(name: String, expected: Bool) {
        #expect(NetworkHost(name)?.isLoopback == expected)
    }
}
