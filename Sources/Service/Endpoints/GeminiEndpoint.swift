internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// Gemini's paths: contract 2.11. The model is in the path, and so is what is asked of it.
enum GeminiEndpoint {
    static func generate(_ call: EndpointCall) async {
        await CompletionEndpoint(form: .gemini(model: model(call), isStream: false)).handle(call)
    }

    static func stream(_ call: EndpointCall) async {
        await CompletionEndpoint(form: .gemini(model: model(call), isStream: true)).handle(call)
    }

    static func countTokens(_ call: EndpointCall) async {
        await CountTokensEndpoint.handle(call, form: .geminiCount(model: model(call)))
    }

    private static func model(_ call: EndpointCall) -> String { call.parameters["model"] ?? "" }

    // MARK: Queries

    /// `alt=sse`: a stream comes as events, else as one JSON array.
    static func wantsEvents(_ head: HTTP1RequestHead) -> Bool { parameter("alt", head) == "sse" }

    /// Google's older clients put their key into the URL. Queries are not logged.
    static func key(_ head: HTTP1RequestHead) -> String? { parameter("key", head) }

    private static func parameter(_ name: String, _ head: HTTP1RequestHead) -> String? {
        guard let query = head.query else { return nil }
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0] == name else { continue }
            return PercentEncoding.decode(String(parts[1]), plusIsSpace: true)
        }
        return nil
    }
}
