import HTTPClient
import Synchronization

/// Keeps what a stream delivers and runs a reaction to each read, on the reactor's thread.
final class RecordingReceiver: HTTPStreamReceiver, Sendable {
    struct State {
        var status = 0
        var transfer: HTTPTransfer?
        var bytes: [UInt8] = []
    }

    private let state = Mutex(State())
    private let onHead: @Sendable (HTTPTransfer) -> Void
    private let onBody: @Sendable (HTTPTransfer) -> Void
    private let counts: @Sendable ([UInt8]) -> Bool

    init(
        onHead: @escaping @Sendable (HTTPTransfer) -> Void = { _ in },
        onBody: @escaping @Sendable (HTTPTransfer) -> Void = { _ in },
        counts: @escaping @Sendable ([UInt8]) -> Bool = { _ in true }
    ) {
        self.onHead = onHead
        self.onBody = onBody
        self.counts = counts
    }

    var bytes: [UInt8] { state.withLock { $0.bytes } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var status: Int { state.withLock { $0.status } }
    var transfer: HTTPTransfer? { state.withLock { $0.transfer } }

    func receiveHead(status: Int, headers: HTTPClientHeaders, transfer: HTTPTransfer) {
        state.withLock { state in
            state.status = status
            state.transfer = transfer
        }
        onHead(transfer)
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { $0.bytes += bytes }
        if let transfer { onBody(transfer) }
        return counts(Array(bytes))
    }
}
