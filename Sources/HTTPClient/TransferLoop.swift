import CCurl
import Reactor

/// The transfers of one reactor: a libcurl multi handle fed by the reactor's epoll set and timers.
///
/// libcurl must not be entered from its own callbacks, and receivers run inside them: what they ask for
/// (starts, aborts) is kept and done when libcurl has returned.
///
/// The multi handle is made with the first transfer and closed, with its connections and idle handles, when for the
/// half the idle lifetime nothing was transferred, or so little that most of its connections lay idle: memory and descriptors
/// return after load. libcurl by itself closes idle connections only when it looks for one to use.
///
/// `@unchecked Sendable`: touched on its reactor's thread only.
@safe
final class TransferLoop: @unchecked Sendable {
    let reactor: Reactor
    let configuration: HTTPClientConfiguration
    private(set) var isInsideCurl = false

    var sockets = SocketTable()
    var curlTimer: ReactorTimer?
    var curlTimerTime = MonotonicTime.distantFuture
    var curlDeadline: MonotonicTime?
    var curlIsDueNow = false
    var isAtEndOfTurn = false

    private var multi: UnsafeMutableRawPointer?
    private var sessions: SessionShare?
    private var idle: [EasyHandle] = []
    private var running: [Transfer] = []
    private var peak = 0
    /// The most transfers at one time since the retirement timer last fired.
    private var recentPeak = 0
    private var retirement: ReactorTimer?
    private var postponed: [Postponed] = []
    private var resuming: [Transfer] = []
    private var isShutDown = false

    private enum Postponed {
        case start(Transfer)
        case abort(Transfer)
        case pause(Transfer)
    }

    init(reactor: Reactor, configuration: HTTPClientConfiguration) {
        self.reactor = reactor
        self.configuration = configuration
    }

    // MARK: Transfers

    func start(_ transfer: Transfer) {
        if isInsideCurl { return postponed.append(.start(transfer)) }
        do throws(HTTPClientError) {
            if let failure = transfer.failure { throw failure }
            if isShutDown { throw .cancelledUnsent }
            let multi = unsafe try openMulti()
            let easy = try takeHandle()
            try easy.prepare(transfer.request, connectTimeout: transfer.connectTimeout)
            attach(transfer, to: easy)
            let code = enter { unsafe curl_multi_add_handle(multi, easy.curl) }
            guard code == CURLM_OK else {
                detach(transfer, from: easy)
                throw .connectFailed(unsafe String(cString: curl_multi_strerror(code)))
            }
        } catch {
            transfer.complete(.failure(error))
        }
    }

    func abort(_ transfer: Transfer) {
        if isInsideCurl { return postponed.append(.abort(transfer)) }
        // Without a handle it has ended, or waits among `postponed` and fails when its turn comes.
        guard let easy = transfer.easy, let failure = transfer.failure else { return }
        detach(transfer, from: easy)
        transfer.complete(.failure(failure))
    }

    func pauseLater(_ transfer: Transfer) {
        postponed.append(.pause(transfer))
    }

    func resumeAtEndOfTurn(_ transfer: Transfer) {
        resuming.append(transfer)
        requestEndOfTurn()
    }

    private func attach(_ transfer: Transfer, to easy: EasyHandle) {
        easy.transfer = transfer
        transfer.easy = easy
        transfer.position = running.count
        running.append(transfer)
        recentPeak = max(recentPeak, running.count)
        guard running.count > peak, let multi = unsafe multi else { return }
        // libcurl's limit counts connections in use, too.
        peak = running.count
        unsafe ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, peak + configuration.idleConnections)
    }

    /// Takes the handle from libcurl, which closes the connection or stream of an unfinished transfer.
    private func detach(_ transfer: Transfer, from easy: EasyHandle) {
        if let multi = unsafe multi { enter { _ = unsafe curl_multi_remove_handle(multi, easy.curl) } }
        easy.transfer = nil
        transfer.easy = nil
        let last = running.removeLast()
        if last !== transfer {
            running[transfer.position] = last
            last.position = transfer.position
        }
        if idle.count < configuration.maximumIdleEasyHandles { idle.append(easy) }
    }

    // MARK: Driving libcurl

    /// Tells libcurl about a socket's events, or with `ccurl_socket_timeout` that time has passed.
    func drive(_ socket: curl_socket_t, _ events: Int32) {
        guard let multi = unsafe multi else { return }
        var count: Int32 = 0
        let code = enter { unsafe curl_multi_socket_action(multi, socket, events, &count) }
        settle()
        // A socket that libcurl has closed meanwhile is no failure.
        guard code == CURLM_OK || code == CURLM_BAD_SOCKET else {
            return closeAll(.connectionClosed(unsafe String(cString: curl_multi_strerror(code))))
        }
    }

    /// Marks the time spent in libcurl, so that its callbacks do not enter it again.
    private func enter<Value>(_ work: () -> Value) -> Value {
        isInsideCurl = true
        defer { isInsideCurl = false }
        return work()
    }

    /// After each libcurl call that may have run receivers: ends what is finished, does what was asked for.
    private func settle() {
        var code = CURLE_OK
        while let multi = unsafe multi, let curl = unsafe ccurl_multi_next_finished(multi, &code) {
            guard let easy = unsafe EasyHandle.of(curl), let transfer = easy.transfer else { continue }
            if transfer.isToBeSentAgain(code, easy), sendAgain(easy) { continue }
            let outcome = transfer.outcome(code, easy)
            detach(transfer, from: easy)
            transfer.complete(outcome)
        }
        guard !postponed.isEmpty else { return }
        let actions = postponed
        postponed.removeAll(keepingCapacity: true)
        for action in actions {
            switch action {
            case .start(let transfer): start(transfer)
            case .abort(let transfer): abort(transfer)
            case .pause(let transfer): if transfer.isPaused { transfer.easy?.pause() }
            }
        }
    }

    /// - Returns: false where libcurl refuses.
    private func sendAgain(_ easy: EasyHandle) -> Bool {
        guard let multi = unsafe multi, easy.prepareRepetition() else { return false }
        return enter {
            guard unsafe curl_multi_remove_handle(multi, easy.curl) == CURLM_OK else { return false }
            return unsafe curl_multi_add_handle(multi, easy.curl) == CURLM_OK
        }
    }

    func resumePaused() {
        guard !resuming.isEmpty else { return }
        let transfers = resuming
        resuming.removeAll(keepingCapacity: true)
        for transfer in transfers where !transfer.isPaused {
            guard let easy = transfer.easy else { continue }
            enter { easy.resume() }
            settle()
        }
    }

    // MARK: Opening and closing

    private func takeHandle() throws(HTTPClientError) -> EasyHandle {
        if let easy = idle.popLast() { return easy }
        if let sessions { return try EasyHandle(configuration, sessions: sessions) }
        let opened = try SessionShare()
        sessions = opened
        return try EasyHandle(configuration, sessions: opened)
    }

    private func openMulti() throws(HTTPClientError) -> UnsafeMutableRawPointer {
        if let multi = unsafe multi { return unsafe multi }
        guard Self.libraryIsReady, let opened = unsafe curl_multi_init() else {
            throw .connectFailed("libcurl could not be initialised")
        }
        // Unretained: transfers and the retirement timer keep the loop until the multi handle is closed.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_multi_set_callbacks(opened, onSocket, onTimer, context)
        unsafe ccurl_multi_set_long(opened, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        unsafe ccurl_multi_set_long(
            opened, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, configuration.maximumConnectionsPerHost))
        unsafe multi = opened
        armRetirement(after: configuration.idleConnectionLifetime / 2)
        return unsafe opened
    }

    private static let libraryIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private func armRetirement(after delay: Duration) {
        retirement = reactor.setTimer(after: delay, handler: self, tag: TimerTag.retirement)
    }

    func retireIfIdle() {
        retirement = nil
        let keepsMuch = peak > 2 * recentPeak + configuration.idleConnections
        guard recentPeak == 0 || keepsMuch else {
            recentPeak = running.count
            return armRetirement(after: configuration.idleConnectionLifetime / 2)
        }
        if running.isEmpty { close() } else { armRetirement(after: .seconds(1)) }
    }

    /// Ends every transfer and closes every connection; calls that come later are refused.
    func shutDown() {
        isShutDown = true
        closeAll(.cancelled)
    }

    private func closeAll(_ reason: HTTPClientError) {
        while let transfer = running.last {
            transfer.abort(reason)
            // One that had failed already is only waiting for its end.
            if transfer.easy != nil { abort(transfer) }
        }
        close()
    }

    private func close() {
        idle.removeAll()
        if let retirement { reactor.cancel(retirement) }
        retirement = nil
        if let multi = unsafe multi { enter { _ = unsafe curl_multi_cleanup(multi) } }
        unsafe multi = nil
        peak = 0
        recentPeak = 0
        sockets.unwatchAll(on: reactor)
        stopCurlTimer()
    }
}
