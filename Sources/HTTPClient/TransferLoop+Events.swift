import CCurl
import Reactor

/// libcurl's sockets and its one timer on the reactor.
extension TransferLoop: TimerHandler, EndOfTurnHandler {
    enum TimerTag {
        static let curl = 0
        static let retirement = 1
    }

    func timerFired(tag: Int) {
        if tag == TimerTag.retirement { return retireIfIdle() }
        curlTimer = nil
        guard let deadline = curlDeadline else { return }
        guard deadline <= .now else { return armCurlTimer(deadline) }
        curlDeadline = nil
        drive(ccurl_socket_timeout, 0)
    }

    func endOfTurn() {
        isAtEndOfTurn = false
        resumePaused()
        guard curlIsDueNow else { return }
        curlIsDueNow = false
        drive(ccurl_socket_timeout, 0)
    }

    func requestEndOfTurn() {
        if isAtEndOfTurn { return }
        isAtEndOfTurn = true
        reactor.atEndOfTurn(self)
    }

    /// - Parameter milliseconds: as libcurl gives it, negative for none.
    ///
    /// Zero is done at the end of the turn, once for all transfers started in it. An armed timer is left
    /// alone when the deadline moves away, as it does with every call: it looks again when it fires.
    func timeoutChanged(_ milliseconds: Int) {
        curlIsDueNow = milliseconds == 0
        if curlIsDueNow {
            curlDeadline = nil
            requestEndOfTurn()
        } else if milliseconds > 0 {
            let deadline = MonotonicTime.now + .milliseconds(milliseconds)
            curlDeadline = deadline
            armCurlTimer(deadline)
        } else {
            curlDeadline = nil
        }
    }

    private func armCurlTimer(_ deadline: MonotonicTime) {
        guard let timer = curlTimer else {
            curlTimer = reactor.setTimer(at: deadline, handler: self, tag: TimerTag.curl)
            curlTimerTime = deadline
            return
        }
        guard deadline < curlTimerTime, reactor.move(timer, to: deadline) else { return }
        curlTimerTime = deadline
    }

    func stopCurlTimer() {
        if let curlTimer { reactor.cancel(curlTimer) }
        curlTimer = nil
        curlDeadline = nil
        curlIsDueNow = false
    }

    /// - Parameter what: one of CURL_POLL_*.
    func socketChanged(_ socket: curl_socket_t, _ what: Int32, _ curl: UnsafeMutableRawPointer?) {
        var interest: DescriptorInterest = []
        if what == CURL_POLL_IN || what == CURL_POLL_INOUT { interest.insert(.read) }
        if what == CURL_POLL_OUT || what == CURL_POLL_INOUT { interest.insert(.write) }
        do throws(SystemError) {
            try sockets.set(socket, interest, on: reactor, loop: self)
        } catch {
            // An error returned to libcurl would end every transfer of the multi handle.
            guard let curl = unsafe curl, let easy = unsafe EasyHandle.of(curl) else { return }
            easy.transfer?.abort(.connectFailed(error.description))
        }
    }
}

let onSocket: curl_socket_callback = { curl, socket, what, context, _ in
    if let context = unsafe context {
        let loop = unsafe Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue()
        unsafe loop.socketChanged(socket, what, curl)
    }
    return 0
}

let onTimer: curl_multi_timer_callback = { _, milliseconds, context in
    if let context = unsafe context {
        unsafe Unmanaged<TransferLoop>.fromOpaque(context).takeUnretainedValue().timeoutChanged(milliseconds)
    }
    return 0
}
