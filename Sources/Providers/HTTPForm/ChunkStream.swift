internal import Dialects
internal import HTTPClient
internal import HubCore

/// Turns the bytes of one streamed answer into chunks for the hub.
final class ChunkStream<Form: AnswerForm>: HTTPStreamReceiver {
    private enum Body {
        case pending
        case events
        /// Not an event stream: an error, or a server that does not stream. Kept to say what it was.
        case other(status: Int, headers: HTTPClientHeaders)
    }

    private let provider: String
    private let call: ProviderCall
    private let receiver: any StreamReceiver
    private var decoder: Form.Decoder
    private var body = Body.pending
    /// Its first token has come, or its end.
    private var hasBegun = false
    private var otherBytes: [UInt8] = []
    private var error: HubError?
    private var transfer: HTTPTransfer?
    private let keptBytes = 64 << 10

    init(provider: String, call: ProviderCall, receiver: any StreamReceiver) {
        self.provider = provider
        self.call = call
        self.receiver = receiver
        decoder = Form.Decoder(provider: provider)
    }

    func receiveHead(status: Int, headers: HTTPClientHeaders, transfer: HTTPTransfer) {
        self.transfer = transfer
        if let limits = LimitHeaders.limits(headers) { call.note(limits) }
        let isJSON = headers["content-type"]?.lowercased().hasPrefix("application/json") ?? false
        if (200..<300).contains(status), !isJSON {
            body = .events
            receiver.attach(TransferFlow(transfer))
        } else {
            body = .other(status: status, headers: headers)
        }
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard error == nil else { return true }
        guard case .events = body else {
            otherBytes.append(contentsOf: bytes.prefix(keptBytes - otherBytes.count))
            return true
        }
        decoder.feed(bytes)
        var isProgress = false
        do throws(HubError) {
            while let chunk = try decoder.next() {
                if chunk.isProgress(afterFirstToken: hasBegun) { (isProgress, hasBegun) = (true, true) }
                receiver.receive(chunk)
            }
        } catch {
            self.error = error
            transfer?.cancel()
        }
        return isProgress
    }

    /// The body ended as HTTP has it: was the answer complete?
    func finish() throws(HubError) {
        if let error { throw error }
        switch body {
        case .events:
            if let last = try decoder.finish() { receiver.receive(last) }
        case .other(let status, let headers):
            throw otherError(status, headers)
        case .pending:
            throw Form.failure(status: 502, headers: HTTPClientHeaders(), body: [], provider: provider)
        }
    }

    /// The transfer failed. What was seen before it decides what the failure is.
    func failure(_ transport: HTTPClientError) -> HubError {
        if let error { return error }
        switch body {
        case .pending: return TransportFailure.error(transport, provider: provider)
        case .other(let status, let headers): return otherError(status, headers)
        case .events: return TransportFailure.inStream(transport, provider: provider)
        }
    }

    private func otherError(_ status: Int, _ headers: HTTPClientHeaders) -> HubError {
        if !(200..<300).contains(status) {
            return Form.failure(status: status, headers: headers, body: otherBytes, provider: provider)
        }
        do throws(HubError) {
            _ = try Form.answer(otherBytes, provider: provider)
        } catch {
            return error
        }
        var error = HubError(.providerBadResponse, "\(provider) answered a streamed request with a whole answer")
        error.provider = provider
        return error
    }
}

/// Pauses and resumes a transfer for a slow client.
private final class TransferFlow: StreamFlow {
    private let transfer: HTTPTransfer

    init(_ transfer: HTTPTransfer) {
        self.transfer = transfer
    }

    func pause() { transfer.pause() }
    func resume() { transfer.resume() }
    func stop() { transfer.cancel() }
}
