internal import Reactor
internal import Wire

extension HTTPConnection {
    var isCongested: Bool { output.count > shard.configuration.congestionBytes }

    // MARK: Answers

    func send(_ response: HTTPResponse, from writer: HTTPResponseWriter) {
        guard exchange === writer else { return }
        if shard.isDraining { writer.keepAlive = false }
        let hasBody = Self.hasBody(response.head.status)
        deliver { out in
            appendHead(response.head, writer, to: &out)
            if hasBody {
                out.append("content-length: ")
                out.appendDecimal(response.body.count)
                out.append("\r\n")
            }
            out.append("\r\n")
            if hasBody, !writer.isHead { out.append(contentsOf: response.body) }
        }
        endExchange()
    }

    func startStream(_ head: HTTPResponseHead, keepAlive: StaticString?, from writer: HTTPResponseWriter) {
        guard exchange === writer else { return }
        writer.isChunked = writer.minorVersion == 1
        // Without chunks only the end of the connection tells the end of the body.
        if !writer.isChunked || shard.isDraining { writer.keepAlive = false }
        writer.streamKeepAlive = keepAlive
        output.append { out in
            appendHead(head, writer, to: &out)
            out.append(writer.isChunked ? "transfer-encoding: chunked\r\n\r\n" : "\r\n")
        }
        scheduleFlush()
    }

    func writeStream(_ bytes: UnsafeRawBufferPointer) {
        guard let exchange, !exchange.isHead else { return }
        if exchange.isChunked {
            output.append { ChunkedWriter.append(bytes, to: &$0) }
        } else {
            output.append(bytes)
        }
        if isCongested { owesRoom = true }
        scheduleFlush()
    }

    func finishStream() {
        guard let exchange else { return }
        if exchange.isChunked, !exchange.isHead { output.append { ChunkedWriter.appendEnd(to: &$0) } }
        scheduleFlush()
        endExchange()
    }

    func abortStream() {
        guard let exchange else { return }
        exchange.keepAlive = false
        // Without chunks the end of the connection would pass for the end of the body.
        mustReset = exchange.status != 0 && !exchange.isChunked
        endExchange()
    }

    func sendKeepAlive() {
        guard let keepAlive = exchange?.streamKeepAlive else { return }
        writeStream(UnsafeRawBufferPointer(start: keepAlive.utf8Start, count: keepAlive.utf8CodeUnitCount))
        setDeadline(.keepAlive)
    }

    func sendContinue() {
        deliver { $0.append("HTTP/1.1 100 Continue\r\n\r\n") }
    }

    /// A handler that returned without a whole answer made a mistake; the client must not take it for success.
    func handlerReturned(_ writer: HTTPResponseWriter) {
        releaseLargeBody(of: writer)
        guard exchange === writer else { return }
        switch writer.state {
        case .waiting:
            writer.respond(shard.handler.refusal(HTTP1Error(status: 500, reason: "no answer"), head: nil))
        case .streaming:
            writer.abort()
        case .finished:
            break
        }
    }

    /// Not before its handler lets go of the body, even where the client has gone or is served the next answer.
    func releaseLargeBody(of writer: HTTPResponseWriter) {
        guard writer.holdsLargeBody else { return }
        writer.holdsLargeBody = false
        shard.releaseLargeBody()
    }

    private func appendHead(_ head: HTTPResponseHead, _ exchange: HTTPResponseWriter, to out: inout [UInt8]) {
        HTTPResponseHead.appendStatusLine(head.status, to: &out)
        out.append(contentsOf: head.fieldBytes)
        shard.appendDate(to: &out)
        if !exchange.keepAlive {
            out.append("connection: close\r\n")
        } else if exchange.minorVersion == 0 {
            out.append("connection: keep-alive\r\n")
        }
    }

    private static func hasBody(_ status: Int) -> Bool {
        status >= 200 && status != 204 && status != 304
    }

    /// The answer is complete, though perhaps not yet sent: the next request, or the end.
    private func endExchange() {
        guard let exchange else { return }
        self.exchange = nil
        exchange.disconnect()
        let isLast = !isAdvancing && input.isEmpty && (peerHasEnded || shard.isDraining)
        if !exchange.keepAlive || isLast { return linger() }
        phase = .reading
        output.release()
        refreshDeadline()
        if isAdvancing { return }
        if !input.isEmpty { readInput() }
        updateInterest()
    }

    // MARK: Bytes

    /// Sends a message at once; what the socket does not take waits in `output`.
    private func deliver(_ build: (inout [UInt8]) -> Void) {
        guard output.isEmpty else {
            output.append(build)
            return scheduleFlush()
        }
        shard.assemble { message in
            build(&message)
            message.withUnsafeBytes { bytes in
                // A failed write shows as an event or at the next flush; closing here would run under the caller.
                var sent = 0
                if case .bytes(let count) = transport.write(bytes) { sent = count }
                if sent < bytes.count { output.append(UnsafeRawBufferPointer(rebasing: bytes[sent...])) }
            }
        }
        if !output.isEmpty { scheduleFlush() }
    }

    /// Flushes when everything that is ready in this turn has been written: pieces leave together.
    func scheduleFlush() {
        guard !isFlushScheduled, phase != .closed else { return }
        isFlushScheduled = true
        reactor.atEndOfTurn(self)
    }

    func flush() {
        guard phase != .closed else { return }
        var madeProgress = false
        while !output.isEmpty {
            switch output.withBytes({ transport.write($0) }) {
            case .bytes(let count):
                output.removeFirst(count)
                madeProgress = true
            case .wouldBlock(let wanted):
                if wanted != .write { transportWants.formUnion(wanted) }
                refreshDeadline(madeProgress: madeProgress)
                return reportRoom()
            case .endOfStream, .failed:
                return close()
            }
        }
        drained()
    }

    private func drained() {
        if phase == .lingering {
            if peerHasEnded || mustReset { return close() }
            if !hasShutDown { transport.shutdownWrite() }
            hasShutDown = true
        }
        refreshDeadline()
        reportRoom()
        if phase == .reading, !input.isEmpty || peerHasEnded, !isAdvancing { readInput() }
    }

    private func reportRoom() {
        guard owesRoom, output.count <= shard.configuration.congestionBytes / 4 else { return }
        owesRoom = false
        exchange?.onWritable?()
    }
}

extension HTTPConnection: EndOfTurnHandler {
    func endOfTurn() {
        isFlushScheduled = false
        guard phase != .closed else { return }
        flush()
        if transport.isEncrypted, phase != .closed, wantsInput { readAvailable() }
        updateInterest()
    }
}
