internal import Dialects
internal import HTTPClient
internal import Synchronization

/// A long answer on its way here: a piece per network read, and the next when somebody wants it.
final class PieceStream<Form: AnswerForm>: HTTPStreamReceiver, Sendable {
    let pieces: AsyncStream<[UInt8]>
    private let source: AsyncStream<[UInt8]>.Continuation
    private let provider: String
    private let state = Mutex(State())

    private struct State {
        var transfer: HTTPTransfer?
        var status = 0
        var headers: HTTPClientHeaders?
        /// Of an answer of another status than 2xx.
        var refusal: [UInt8] = []
    }

    init(provider: String) {
        self.provider = provider
        (pieces, source) = AsyncStream.makeStream()
    }

    /// Returns when all pieces have come, or why they have not.
    func run(_ request: HTTPClientRequest, on client: HTTPClient) async -> Result<Void, HubError> {
        defer { source.finish() }
        do throws(HTTPClientError) {
            let end = try await client.stream(request, to: self)
            let (headers, refusal) = state.withLock { ($0.headers, $0.refusal) }
            guard !(200..<300).contains(end.status), let headers else { return .success(()) }
            return .failure(Form.failure(status: end.status, headers: headers, body: refusal, provider: provider))
        } catch {
            return .failure(TransportFailure.error(error, provider: provider))
        }
    }

    func resume() { state.withLock { $0.transfer }?.resume() }
    func cancel() { state.withLock { $0.transfer }?.cancel() }

    func receiveHead(status: Int, headers: HTTPClientHeaders, transfer: HTTPTransfer) {
        state.withLock { state in
            state.transfer = transfer
            state.status = status
            state.headers = headers
        }
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let piece = Array(bytes)
        let transfer = state.withLock { state -> HTTPTransfer? in
            if (200..<300).contains(state.status) { return state.transfer }
            if state.refusal.count < 64 << 10 { state.refusal += piece }
            return nil
        }
        guard let transfer else { return true }
        transfer.pause()
        source.yield(piece)
        return true
    }
}

extension HTTPCaller {
    /// Reads an answer of status 2xx in pieces, none before the last one was taken, until one says that it is enough.
    func read(
        _ request: HTTPClientRequest, _ take: ([UInt8]) async throws(HubError) -> Bool
    ) async throws(HubError) {
        let stream = PieceStream<Form>(provider: providerID)
        async let end = stream.run(request, on: client)
        var failure: HubError?
        var isOver = false
        for await piece in stream.pieces where !isOver {
            do throws(HubError) {
                isOver = !(try await take(piece))
            } catch {
                failure = error
                isOver = true
            }
            if isOver { stream.cancel() } else { stream.resume() }
        }
        let outcome = await end
        if let failure { throw failure }
        if !isOver { try outcome.get() }
    }
}
