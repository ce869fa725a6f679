internal import HTTPServer
internal import HubCore

/// One request at its endpoint. An object: it is passed along and lives through suspensions.
final class EndpointCall {
    let request: HTTPRequest
    let writer: HTTPResponseWriter
    let parameters: [String: String]
    let service: ServiceState
    let shard: ServiceShard
    /// What the access log says beyond the request itself; filled by endpoints that know more.
    var entry = AccessEntry()
    /// The answer is kept before it is sent: `IdempotencyKey`.
    var holdsAnswer = false
    private(set) var heldAnswer: HTTPResponse?

    init(
        request: HTTPRequest, writer: HTTPResponseWriter, parameters: [String: String], service: ServiceState,
        shard: ServiceShard
    ) {
        self.request = request
        self.writer = writer
        self.parameters = parameters
        self.service = service
        self.shard = shard
    }

    /// Sends a whole answer, or holds it.
    func send(_ response: HTTPResponse) {
        if holdsAnswer { heldAnswer = response } else { writer.respond(response) }
    }
}
