public import Reactor

/// Calls HTTP servers from the reactors: one libcurl multi handle per reactor, made when first used.
///
/// A call made by a task on one of the reactors stays on its thread from start to end. Certificates are
/// always verified and redirects never followed. Tell it to shut down before the reactors stop.
///
/// A request that fails on a connection that was idle, before any byte of a response, is sent once more on
/// a new one: the server had closed it.
public final class HTTPClient: Sendable {
    private let reactors: ReactorGroup
    private let loops: [TransferLoop]

    public init(reactors: ReactorGroup, configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        self.reactors = reactors
        loops = reactors.reactors.map { TransferLoop(reactor: $0, configuration: configuration) }
    }

    /// Sends a request and collects the response. Cancelling the task closes the transfer at once.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        try await Transfer(request, on: currentLoop).run().get()
    }

    /// Sends a request and hands the response to `receiver` as it comes, on the reactor's thread: the
    /// caller's own if its task runs on a reactor. Returns after the last byte.
    ///
    /// - Throws: what cut the stream short; what was received until then has been handed over.
    public func stream(
        _ request: HTTPClientRequest, to receiver: any HTTPStreamReceiver
    ) async throws(HTTPClientError) -> HTTPStreamEnd {
        let transfer = Transfer(request, on: currentLoop, receiver: receiver)
        let response = try await transfer.run().get()
        return HTTPStreamEnd(
            status: response.status, bodyBytes: transfer.bodyBytes, timings: response.timings,
            usesHTTP2: response.usesHTTP2)
    }

    /// Ends all transfers with `cancelled`, closes all connections and refuses later calls.
    public func shutDown() async {
        for loop in loops {
            await withCheckedContinuation { continuation in
                loop.reactor.submit {
                    loop.shutDown()
                    continuation.resume()
                }
            }
        }
    }

    /// The loop of the reactor the caller runs on, else of the next in turn.
    private var currentLoop: TransferLoop { loops[reactors.currentOrNext.index] }
}
