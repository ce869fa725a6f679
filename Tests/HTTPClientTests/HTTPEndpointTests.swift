import HTTPClient
import Testing

struct HTTPEndpointTests {
    @Test(arguments: [
        "ftp://host/", "file:///etc/passwd", "gopher://host/", "host/path", "/path", "", "http://",
        "http://user:secret@host/", "http://host/a b", "http://host/\r\nX: 1", "http://ho\0st/", "dict://host:11211/",
        "http://host:99999/",
    ])
    func `a URL that is not plain http or https is refused`(url: String) {
        #expect(throws: HTTPClientError.self) { try HTTPEndpoint(method: "GET", url: url) }
    }

    @Test(arguments: [
        ("X-A", "1\r\nX-B: 2"), ("X-A", "1\n2"), ("X-A", "a\0b"), ("X A", "1"), ("X-A:", "1"), ("", "1"),
        ("Content-Length", "3"), ("transfer-encoding", "chunked"), ("Connection", "close"),
    ])
    func `a header that could change the framing is refused`(name: String, value: String) {
        #expect(throws: HTTPClientError.self) {
            try HTTPEndpoint(method: "GET", url: "http://host/", headers: [(name, value)])
        }
    }

    @Test func `a refused value does not show up in the error`() {
        do {
            _ = try HTTPEndpoint(method: "GET", url: "http://host/", headers: [("Authorization", "secret\n")])
            Issue.record("accepted")
        } catch {
            #expect(!"\(error)".contains("secret"))
        }
    }

    @Test(arguments: ["", "GET ", "GE\r\nT", "GET/1"])
    func `a method that is no token is refused`(method: String) {
        #expect(throws: HTTPClientError.self) { try HTTPEndpoint(method: method, url: "http://host/") }
    }

    @Test func `an endpoint knows its host`() throws {
        let endpoint = try HTTPEndpoint(method: "POST", url: "https://api.example.com:8443/v1")
        #expect(endpoint.host == "api.example.com")
        #expect(endpoint.isSecure)
    }
}
