internal import Reactor
internal import Wire

extension HTTPConnection {
    /// Reads per event: others' requests come in between.
    private static let readsPerEvent = 16
    /// A client may send so much ahead of the answer it waits for.
    private static let pipelineBytes = 64 << 10

    var wantsInput: Bool {
        switch phase {
        case .handshake, .lingering: !peerHasEnded
        case .reading: !peerHasEnded && !isCongested
        case .responding: !peerHasEnded && input.count < Self.pipelineBytes
        case .closed: false
        }
    }

    func readAvailable() {
        for _ in 0..<Self.readsPerEvent where wantsInput {
            switch transport.read(into: shard.readBuffer) {
            case .bytes(let count):
                receive(UnsafeRawBufferPointer(rebasing: shard.readBuffer[..<count]))
                if count < shard.readBuffer.count, !transport.isEncrypted { return }
            case .wouldBlock(let wanted):
                transportWants.formUnion(wanted)
                return
            case .endOfStream:
                return peerEnded()
            case .failed:
                return close()
            }
        }
        // What TLS has already decrypted raises no event.
        if transport.isEncrypted, wantsInput { scheduleFlush() }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) {
        if phase == .lingering { return }
        if input.isEmpty {
            let consumed = advance(bytes)
            if consumed < bytes.count, phase != .closed, phase != .lingering {
                input.append(contentsOf: bytes[consumed...])
            }
        } else {
            input.append(contentsOf: bytes)
            if phase == .reading { readInput() }
        }
        if phase == .reading { refreshDeadline() }
    }

    /// Goes on with bytes that came earlier.
    func readInput() {
        let buffered = input
        input = []
        let consumed = buffered.withUnsafeBytes { advance($0) }
        if phase == .closed || phase == .lingering { return }
        input = consumed == 0 ? buffered : Array(buffered[consumed...])
        // What is left will never be a whole request.
        if phase == .reading, peerHasEnded, !isCongested { linger() }
    }

    /// Reads requests until one is with the handler or bytes run out. Returns how many bytes it took.
    private func advance(_ bytes: UnsafeRawBufferPointer) -> Int {
        isAdvancing = true
        defer { isAdvancing = false }
        var offset = 0
        while phase == .reading, !isCongested {
            var event = reader.next(bytes, &offset)
            if case .head(let head) = event {
                guard let next = decide(head) else { continue }
                event = next
                if case .needsMore = next {
                    if head.expectsContinue, offset == bytes.count { sendContinue() }
                    continue
                }
            }
            switch event {
            case .complete(let head, let body): dispatch(head, body)
            case .malformed(let error, let head): refuse(error, head: head)
            case .lost: linger()
            case .needsMore, .head: return offset
            }
        }
        return offset
    }

    /// Nil when the request was answered without its body.
    private func decide(_ head: HTTP1RequestHead) -> RequestReader.Event? {
        let admission: HTTPAdmission =
            isOverLimit
            ? .refuse(shard.handler.refusal(HTTP1Error(status: 503, reason: "too many connections"), head: head))
            : shard.handler.admit(head)
        switch withRoom(fitting(admission, head), for: head) {
        case .read(let maximumBodyBytes), .readLarge(let maximumBodyBytes):
            return reader.readBody(maximumBytes: maximumBodyBytes)
        case .refuse(let response):
            let canGoOn = !isOverLimit && reader.skipBody(maximumBytes: shard.configuration.maximumDiscardedBytes)
            begin(head, keepAlive: head.isKeepAlive && canGoOn).respond(response)
            return nil
        }
    }

    /// A body that says that it is too large is refused before it comes.
    private func fitting(_ admission: HTTPAdmission, _ head: HTTP1RequestHead) -> HTTPAdmission {
        guard case .length(let length) = head.framing else { return admission }
        switch admission {
        case .read(let maximum) where length > maximum, .readLarge(let maximum) where length > maximum:
            let error = HTTP1Error(status: 413, reason: "the body is larger than \(maximum) bytes")
            return .refuse(shard.handler.refusal(error, head: head))
        case .read, .readLarge, .refuse: return admission
        }
    }

    /// What becomes of a large body: there may be no room for it.
    private func withRoom(_ admission: HTTPAdmission, for head: HTTP1RequestHead) -> HTTPAdmission {
        guard case .readLarge = admission, head.framing != .none, head.framing != .length(0) else {
            return admission
        }
        holdsLargeBody = shard.takeLargeBody()
        if holdsLargeBody { return admission }
        let error = HTTP1Error(status: 503, reason: "too many large bodies are being read; try again")
        return .refuse(shard.handler.refusal(error, head: head))
    }

    private func dispatch(_ head: HTTP1RequestHead, _ body: [UInt8]) {
        let request = HTTPRequest(
            head: head, body: body, peer: peer, isEncrypted: transport.isEncrypted, receivedAt: .now)
        let writer = begin(head, keepAlive: head.isKeepAlive)
        writer.holdsLargeBody = holdsLargeBody
        holdsLargeBody = false
        let handler = shard.handler
        if handler.answerAtOnce(request, with: writer) { return releaseLargeBody(of: writer) }
        // Detached: a pipelined request is dispatched by the task before it and must not inherit its values.
        writer.task = Task.detached(executorPreference: reactor) {
            await handler.respond(to: request, with: writer)
            self.handlerReturned(writer)
        }
    }

    private func begin(_ head: HTTP1RequestHead, keepAlive: Bool) -> HTTPResponseWriter {
        phase = .responding
        let writer = HTTPResponseWriter(
            connection: self, isHead: head.method == .head, minorVersion: head.minorVersion, keepAlive: keepAlive)
        exchange = writer
        setDeadline(.none)
        return writer
    }

    /// Answers what cannot be read as a request, and closes.
    func refuse(_ error: HTTP1Error, head: HTTP1RequestHead?) {
        phase = .responding
        let writer = HTTPResponseWriter(
            connection: self, isHead: head?.method == .head, minorVersion: head?.minorVersion ?? 1, keepAlive: false)
        exchange = writer
        input = []
        writer.respond(shard.handler.refusal(error, head: head))
        updateInterest()
    }

    /// The client finished its direction: it has gone, or it only has nothing more to ask.
    ///
    /// Which of the two shows when something is sent: a socket that was closed answers with a reset.
    /// Before the answer an interim response serves, in a stream its keep-alive bytes.
    private func peerEnded() {
        peerHasEnded = true
        switch phase {
        case .responding:
            guard let exchange else { return }
            if exchange.state == .waiting, exchange.minorVersion == 1 {
                sendContinue()
            } else if exchange.streamKeepAlive != nil {
                sendKeepAlive()
            }
        case .reading where !output.isEmpty:
            linger()
        case .lingering where !output.isEmpty:
            break
        default:
            close()
        }
    }
}
