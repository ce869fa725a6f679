internal import Reactor

/// Commands out, replies in.
extension RedisConnection {
    private static let asking = RedisCommand("ASKING")

    /// Written at the end of the turn, with all others of the turn.
    func send(_ command: PendingCommand) {
        if sent.isEmpty { lastProgress = .now }
        if command.isAsking {
            // Its reply is of no interest: if it is refused, so is the command.
            sent.append(PendingCommand(command: Self.asking, deadline: command.deadline, completion: { _ in }))
            output += Self.asking.bytes
        }
        var command = command
        command.idleWhenSent = reactor.idleNanoseconds
        sent.append(command)
        output += command.command.bytes
        watch(until: command.deadline)
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        reactor.atEndOfTurn(self)
    }

    private func flush() {
        guard let transport, phase == .greeting || phase == .ready else { return }
        while outputStart < output.count {
            let result = unsafe output.withUnsafeBytes { bytes in
                unsafe transport.write(UnsafeRawBufferPointer(rebasing: bytes[outputStart...]))
            }
            switch result {
            case .bytes(let count):
                outputStart += count
            case .wouldBlock(let wanted):
                transportWants = wanted
                dropWritten()
                return updateInterest()
            case .endOfStream, .failed:
                return lose("the connection was closed")
            }
        }
        dropWritten()
        updateInterest()
    }

    private func dropWritten() {
        if outputStart == output.count {
            output.removeAll(keepingCapacity: output.capacity <= 64 << 10)
        } else {
            output.removeFirst(outputStart)
        }
        outputStart = 0
    }

    func updateInterest() {
        guard let transport else { return }
        let wanted = transportWants.union(phase == .connecting ? .write : .read)
        guard wanted != interest else { return }
        interest = wanted
        reactor.update(transport.descriptor, for: wanted)
    }

    private func readAvailable() {
        while let transport, let reader {
            switch unsafe transport.read(into: shard.readBuffer) {
            case .bytes(let count):
                lastProgress = .now
                guard unsafe reader.feed(UnsafeRawBufferPointer(rebasing: shard.readBuffer[..<count])) else {
                    return lose("a reply is larger than \(options.maximumReplyBytes) bytes")
                }
                takeReplies(reader)
                // The socket has nothing more; TLS may hold more than it gave.
                if unsafe count < shard.readBuffer.count, !transport.isEncrypted { return }
            case .wouldBlock(let wanted):
                if wanted != .read { transportWants.formUnion(wanted) }
                return
            case .endOfStream, .failed:
                return lose("the connection was closed")
            }
        }
    }

    private func takeReplies(_ reader: ReplyReader) {
        // A completion may end the connection.
        while self.reader === reader {
            switch reader.next() {
            case .needsMore: return
            case .malformed(let reason): return lose("what came is no reply: \(reason)")
            case .reply(let reply):
                guard let command = sent.popFirst() else { return lose("a reply came that nothing asked for") }
                take(reply, of: command)
            }
        }
    }

    private func take(_ reply: RedisReply, of command: PendingCommand) {
        defer { if isRetiring, sent.isEmpty { shutDown(.unavailable) } }
        guard let completion = command.completion else { return }
        guard case .error(let error) = reply else {
            noteReply(to: command)
            return completion(.success(reply))
        }
        if let redirect = Redirect(error, from: address) {
            noteReply(to: command)
            return shard.follow(redirect, command)
        }
        if error.isServersFault { noteFailure(error.text) } else { noteRefusal(error, of: command) }
        completion(.failure(.server(error)))
        if error.code == "READONLY" { searchForMaster() }
    }

    /// The server is there and in order; it did not like the command, or takes no writes.
    private func noteRefusal(_ error: RedisServerError, of command: PendingCommand) {
        noteReply(to: command)
        if error.refusesWrites { shard.noteFailure(of: self, error.text) }
    }
}

extension RedisConnection: DescriptorHandler, EndOfTurnHandler {
    func descriptorReady(_ events: DescriptorEvents) {
        transportWants = []
        switch phase {
        case .connecting: connected()
        case .securing: secure()
        case .greeting, .ready:
            // After an end or an error there may be replies before it.
            readAvailable()
            if outputStart < output.count, !isFlushScheduled { flush() }
            updateInterest()
        case .resting, .resolving, .closed: break
        }
    }

    func endOfTurn() {
        isFlushScheduled = false
        flush()
    }
}
