internal import Dialects
internal import HTTPClient
internal import Synchronization

/// A file of a provider on its way here: a piece per network read, and the next when somebody wants it.
final class BatchFileStream: HTTPStreamReceiver, Sendable {
    let pieces: AsyncStream<[UInt8]>
    private let source: AsyncStream<[UInt8]>.Continuation
    private let provider: String
    private let state = Mutex(State())

    private struct State {
        var transfer: HTTPTransfer?
        var status = 0
        /// Of an answer that is no file.
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
            guard !(200..<300).contains(end.status) else { return .success(()) }
            let refusal = state.withLock { $0.refusal }
            return .failure(OpenAIErrors.parse(status: end.status, body: refusal, provider: provider, retryAfter: nil))
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
        }
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) {
        let piece = Array(bytes)
        let transfer = state.withLock { state -> HTTPTransfer? in
            if (200..<300).contains(state.status) { return state.transfer }
            if state.refusal.count < 64 << 10 { state.refusal += piece }
            return nil
        }
        guard let transfer else { return }
        transfer.pause()
        source.yield(piece)
    }
}
