import Testing

@testable import Service

struct RouteTests {
    private func match(_ path: String) -> [String: String]? {
        Route("/v1beta/models/{model...}:generateContent", .post { _ in }).match(path)
    }

    @Test(arguments: [
        ("/v1beta/models/gemini-x:generateContent", "gemini-x"),
        ("/v1beta/models/openai/gpt-4o:generateContent", "openai/gpt-4o"),
        ("/v1beta/models/a%3Ab:generateContent", "a:b"), ("/v1beta/models/a:b:generateContent", "a:b"),
    ])
    func `a suffix is not part of the name before it`(_ path: String, _ model: String) {
        #expect(match(path)?["model"] == model)
    }

    @Test(arguments: [
        "/v1beta/models/:generateContent", "/v1beta/models/x", "/v1beta/models/x:streamGenerateContent",
        "/v1beta/models/%zz:generateContent",
    ])
    func `a path without the suffix, or with nothing before it, is another`(_ path: String) {
        #expect(match(path) == nil)
    }
}
