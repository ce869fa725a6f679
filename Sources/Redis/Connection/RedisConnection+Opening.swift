internal import Reactor

/// From the name to a connection that takes commands.
extension RedisConnection {
    func open() {
        guard phase == .resting else { return }
        attempt += 1
        openingTimer = reactor.setTimer(after: options.connectTimeout, handler: self, tag: TimerTag.opening)
        if let literal = address.literal {
            candidates = [literal]
            return connect()
        }
        phase = .resolving
        let attempt = attempt
        shard.resolver.resolve(address.host, on: reactor) { [self] answer in
            guard self.attempt == attempt else { return }
            switch answer {
            case .success(let addresses):
                candidates = addresses.reversed().map { $0.with(port: address.port) }
                connect()
            case .failure(let failure):
                lose(failure.description)
            }
        }
    }

    /// Tries the next address.
    private func connect() {
        guard let candidate = candidates.popLast() else { return lose("\(address) has no address") }
        phase = .connecting
        do throws(SystemError) {
            let descriptor = try OutgoingConnection.start(to: candidate)
            let transport = try StreamTransport(descriptor: descriptor, client: options.tls, host: address.host)
            self.transport = transport
            interest = .write
            try reactor.watch(descriptor, for: interest, handler: self)
        } catch {
            connectFailed(error.description)
        }
    }

    private func connectFailed(_ reason: String) {
        closeTransport()
        if candidates.isEmpty { lose(reason) } else { connect() }
    }

    /// The attempt to connect has ended.
    func connected() {
        guard let transport else { return }
        if let failure = OutgoingConnection.failure(of: transport.descriptor) {
            return connectFailed(failure.description)
        }
        candidates = []
        phase = .securing
        secure()
    }

    func secure() {
        guard let transport else { return }
        switch transport.handshake() {
        case .bytes:
            greet()
            updateInterest()
        case .wouldBlock(let wanted):
            transportWants = wanted
            updateInterest()
        case .endOfStream, .failed:
            lose("the TLS handshake with \(address) failed")
        }
    }

    /// What every connection begins with. `PING` shows that the server answers at all: one that is frozen still accepts
    /// connections.
    private func greet() {
        phase = .greeting
        reader = ReplyReader(maximumBytes: options.maximumReplyBytes, maximumElements: options.maximumReplyElements)
        lastProgress = .now
        if let credentials = options.credentials {
            let password = Array(credentials.password.utf8)
            let command =
                credentials.user.map { RedisCommand("AUTH", Array($0.utf8), password) }
                ?? RedisCommand("AUTH", password)
            greet(command)
        }
        if options.database != 0 { greet(RedisCommand("SELECT", Array("\(options.database)".utf8))) }
        greet(RedisCommand("PING"), isLast: true)
    }

    private func greet(_ command: RedisCommand, isLast: Bool = false) {
        // The opening's timer is the deadline of all of it.
        let completion: @Sendable (PendingCommand.Outcome) -> Void = { [self] outcome in
            guard phase == .greeting else { return }
            switch outcome {
            // A user that may not ping may do other things.
            case .failure(.server(let error)) where !isLast || error.code != "NOPERM": lose(error.text)
            case .failure(.server), .success: if isLast { becomeReady() }
            // The connection is lost already.
            case .failure: break
            }
        }
        send(PendingCommand(command: command, deadline: .distantFuture, completion: completion))
    }

    private func becomeReady() {
        phase = .ready
        isFirstAttempt = false
        if let openingTimer { reactor.cancel(openingTimer) }
        openingTimer = nil
        delay.reset()
        for command in waiting.removeAll() where command.completion != nil { send(command) }
        reportHealth("")
        armProbe()
        shard.becameReady(self)
    }
}
