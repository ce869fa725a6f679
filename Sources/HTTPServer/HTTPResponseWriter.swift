internal import Reactor
public import Wire

/// Decides what becomes of a handler whose client has gone.
public protocol ClientWatcher: AnyObject {
    /// True if the handler's task goes on; `cancel` then ends it, from any thread.
    func outlivesClient(cancel: @escaping @Sendable () -> Void) -> Bool
}

/// Where one request's answer goes: whole, or as a stream.
///
/// After the client has gone, or after the end of the answer, everything here does nothing.
///
/// `@unchecked Sendable`: used on its connection's reactor only, which every method checks.
public final class HTTPResponseWriter: @unchecked Sendable {
    enum State { case waiting, streaming, finished }

    /// Let go when the answer is complete or the client has gone: until then the two hold each other.
    private var connection: HTTPConnection?
    private let reactor: Reactor
    private(set) var state = State.waiting
    let isHead: Bool
    let minorVersion: Int
    /// Whether the connection goes on after this answer.
    var keepAlive: Bool
    var isChunked = false
    /// Its request's body has one of the rooms for large ones.
    var holdsLargeBody = false
    var streamKeepAlive: StaticString?
    /// The handler's; cancelled when the client goes away.
    var task: Task<Void, Never>?
    /// Asked when the client goes away before the end. Let go with the connection.
    public var clientWatcher: (any ClientWatcher)?
    /// 0 until an answer has begun.
    public private(set) var status = 0
    /// Of the body, before chunk framing.
    public private(set) var bodyBytes = 0
    /// Called once each time a congested stream has room again, and when the client goes away before the end.
    /// Not kept once it can no longer be called: it may hold the writer.
    public var onWritable: (() -> Void)? {
        didSet { if connection == nil { onWritable = nil } }
    }

    init(connection: HTTPConnection, isHead: Bool, minorVersion: Int, keepAlive: Bool) {
        self.connection = connection
        reactor = connection.reactor
        self.isHead = isHead
        self.minorVersion = minorVersion
        self.keepAlive = keepAlive
    }

    /// False once the client has gone or the answer is complete.
    public var isOpen: Bool { connection != nil && state != .finished }

    /// More bytes wait for the client than it should be given: pause the source until `onWritable`.
    public var isCongested: Bool { connection?.isCongested ?? false }

    /// Sends a whole answer.
    public func respond(_ response: HTTPResponse) {
        reactor.assertCurrent()
        guard state == .waiting else { return }
        state = .finished
        status = response.head.status
        bodyBytes = response.body.count
        connection?.send(response, from: self)
    }

    /// Begins a streamed answer; the head leaves together with the first bytes written in this turn.
    /// - Parameter keepAlive: sent as a piece of the body after a quiet time.
    public func startStream(_ head: HTTPResponseHead, keepAlive: StaticString? = nil) {
        reactor.assertCurrent()
        guard state == .waiting else { return }
        state = .streaming
        status = head.status
        connection?.startStream(head, keepAlive: keepAlive, from: self)
    }

    public func write(_ bytes: UnsafeRawBufferPointer) {
        reactor.assertCurrent()
        guard state == .streaming, !bytes.isEmpty else { return }
        bodyBytes += bytes.count
        connection?.writeStream(bytes)
    }

    public func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { write($0) }
    }

    /// Ends a stream as complete.
    public func finish() {
        reactor.assertCurrent()
        guard state == .streaming else { return }
        state = .finished
        connection?.finishStream()
    }

    /// Ends a stream so that the client sees it was cut: without the last chunk.
    public func abort() {
        reactor.assertCurrent()
        guard state != .finished else { return }
        state = .finished
        connection?.abortStream()
    }

    /// The client has gone. A handler that works for others as well goes on without it.
    func cancelTask() {
        guard let task else { return }
        if let clientWatcher, clientWatcher.outlivesClient(cancel: { task.cancel() }) { return }
        task.cancel()
    }

    /// The answer is complete or the client has gone; a source that was paused must hear of the latter.
    func disconnect() {
        connection = nil
        clientWatcher = nil
        guard let paused = onWritable else { return }
        onWritable = nil
        if state != .finished { paused() }
    }
}
