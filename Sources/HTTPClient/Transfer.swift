import CCurl
import CLinux
import Reactor

/// One call from start to end: collects the response or hands it to a receiver, and keeps the deadlines.
///
/// `@unchecked Sendable`: touched on its reactor's thread only, but for `run` and `cancel`, which go there.
final class Transfer: TimerHandler, @unchecked Sendable {
    typealias Outcome = Result<HTTPClientResponse, HTTPClientError>

    let request: HTTPClientRequest
    let connectTimeout: Duration
    /// Position in the loop's list of running transfers.
    var position = 0
    /// Set while libcurl works on it.
    var easy: EasyHandle?
    var hasStartedResolving = false
    /// Where the host led, if the connection was refused for that.
    var refusedAddress: String?
    /// Why it must end, once known.
    private(set) var failure: HTTPClientError?
    private(set) var isPaused = false
    private var keptConnection = KeptConnection.untried
    /// The pool's; under its lock.
    var numberInQueue: UInt64 = 0
    private var place = Place.none
    private(set) var bodyBytes = 0
    /// libcurl has begun to send the request.
    private var hasBegunSending = false

    /// Among the connections of the request's pool.
    private enum Place {
        case none, awaited, held
    }

    /// What came of sending the request on a connection that was kept from an earlier call.
    private enum KeptConnection {
        case untried
        /// libcurl has begun to send the request.
        case tried
        /// It ended without a byte of an answer: the provider had closed it, most likely.
        case lost
        /// So the request was sent once more.
        case replaced
    }

    private let loop: TransferLoop
    /// Let go at the end: a receiver may hold the transfer to steer it.
    private var receiver: (any HTTPStreamReceiver)?
    private var continuation: CheckedContinuation<Outcome, Never>?
    private var head = ResponseHead()
    private var body: [UInt8] = []
    private var timings = HTTPTimings()
    private var isReceiving = false

    private let start: MonotonicTime
    private var watch: DeadlineWatch
    private var timer: ReactorTimer?
    /// When the timer will fire; it may be earlier than the next deadline, never later.
    private var armedUntil = MonotonicTime.distantFuture

    init(_ request: HTTPClientRequest, on loop: TransferLoop, receiver: (any HTTPStreamReceiver)? = nil) {
        self.request = request
        self.loop = loop
        self.receiver = receiver
        start = .now
        connectTimeout = request.deadlines.connect ?? loop.configuration.connectTimeout
        watch = DeadlineWatch(limits: request.deadlines, connect: connectTimeout, start: start)
    }

    // MARK: From any thread

    func run() async -> Outcome {
        let reactor = loop.reactor
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if reactor.isCurrent { return begin(continuation) }
                reactor.submit { self.begin(continuation) }
            }
        } onCancel: {
            cancel()
        }
        // For the thread sanitizer: it does not always see that a continuation is resumed before its task goes on.
        unsafe clinux_note_acquired(Unmanaged.passUnretained(self).toOpaque())
        return outcome
    }

    func cancel() {
        if loop.reactor.isCurrent { return abort(.cancelled) }
        loop.reactor.submit { self.abort(.cancelled) }
    }

    // MARK: Life

    private func begin(_ continuation: CheckedContinuation<Outcome, Never>) {
        self.continuation = continuation
        if let failure { return complete(.failure(failure)) }
        if let pool = request.pool {
            place = pool.take(for: self) ? .held : .awaited
            if place == .awaited { watch.awaitPlace(until: start + pool.patience) }
        }
        arm()
        if place != .awaited { loop.start(self) }
    }

    /// From any thread: the pool has counted this transfer in.
    func placeGranted() {
        loop.reactor.submit { [self] in
            guard continuation != nil else {
                // It has ended meanwhile, and had already left the queue.
                request.pool?.giveBack()
                return
            }
            place = .held
            watch.placeTaken(at: .now)
            arm()
            loop.start(self)
        }
    }

    /// Ends the transfer at once, or right after the libcurl call in progress. The first reason stays.
    func abort(_ reason: HTTPClientError) {
        guard failure == nil else { return }
        let reason = hasBegunSending ? reason : reason.beforeSending
        failure = reason
        guard continuation != nil else { return }
        if place == .awaited { complete(.failure(reason)) } else { loop.abort(self) }
    }

    func complete(_ outcome: Outcome) {
        if let timer { loop.reactor.cancel(timer) }
        timer = nil
        let continuation = continuation
        self.continuation = nil
        receiver = nil
        switch place {
        case .none: break
        case .awaited: request.pool?.withdraw(self)
        case .held: request.pool?.giveBack()
        }
        place = .none
        unsafe clinux_note_released(Unmanaged.passUnretained(self).toOpaque())
        continuation?.resume(returning: outcome)
    }

    /// The outcome of a transfer that libcurl has finished.
    func outcome(_ code: CURLcode, _ easy: EasyHandle) -> Outcome {
        if let failure { return .failure(failure) }
        guard code == CURLE_OK else {
            let error = HTTPClientError(code, message: easy.message(code))
            if case .connectFailed = error, let refusedAddress {
                return .failure(.connectFailed("\(request.endpoint.host) leads to \(refusedAddress), which is refused"))
            }
            guard head.isComplete, case .connectionClosed(let reason) = error else { return .failure(error) }
            return .failure(.bodyCut(status: head.status, reason: reason))
        }
        guard head.isComplete else { return .failure(.connectionClosed("closed within the response head")) }
        timings.connect = easy.connectTime
        timings.total = MonotonicTime.now.since(start)
        if bodyBytes == 0 { timings.firstByte = timings.head }
        return .success(
            HTTPClientResponse(
                status: head.status, headers: head.headers, body: body, timings: timings, usesHTTP2: easy.usesHTTP2))
    }

    // MARK: Back-pressure, from any thread

    func pause() {
        guard loop.reactor.isCurrent else { return loop.reactor.submit { self.pause() } }
        guard let easy, !isPaused else { return }
        isPaused = true
        watch.pause()
        // In its own callback libcurl allows it, in another transfer's it does not.
        if isReceiving || !loop.isInsideCurl { easy.pause() } else { loop.pauseLater(self) }
    }

    func resume() {
        guard loop.reactor.isCurrent else { return loop.reactor.submit { self.resume() } }
        guard easy != nil, isPaused else { return }
        isPaused = false
        watch.resume(at: .now)
        arm()
        loop.resumeAtEndOfTurn(self)
    }

    // MARK: Kept connections

    /// libcurl is about to send the request, for the first time or again, since a kept connection has ended without a byte.
    /// - Returns: false to end libcurl's part. It would try one kept connection after the other, each as dead as the first,
    ///   and give up after the fifth, counted over all calls of a handle.
    func requestBegins() -> Bool {
        hasBegunSending = true
        guard keptConnection != .untried, easy?.hasOpenedConnection == false else {
            if keptConnection == .untried { keptConnection = .tried }
            return true
        }
        keptConnection = .lost
        return false
    }

    /// Whether to send the request once more, on a new connection, now that libcurl has ended with this code.
    func isToBeSentAgain(_ code: CURLcode, _ easy: EasyHandle) -> Bool {
        guard code != CURLE_OK, failure == nil, head.isUntouched else { return false }
        let isLost = code == CURLE_ABORTED_BY_CALLBACK && keptConnection == .lost
        let isCut = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR
        let isGivenUp = isCut && keptConnection == .tried && !easy.hasOpenedConnection
        guard isLost || isGivenUp else { return false }
        keptConnection = .replaced
        return true
    }

    // MARK: Called by libcurl

    /// - Returns: false to end the transfer.
    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        guard failure == nil else { return false }
        switch unsafe head.receive(line) {
        case .more: return true
        case .tooLarge: failure = .malformedResponse("head larger than \(ResponseHead.maximumBytes) bytes")
        case .complete: headCompleted()
        }
        return failure == nil
    }

    private func headCompleted() {
        let now = MonotonicTime.now
        timings.head = now.since(start)
        watch.headReceived(at: now)
        if request.endpoint.isSecure, let pool = request.pool, easy?.usesHTTP2 == true { pool.noteHTTP2() }
        arm()
        guard let receiver else { return }
        isReceiving = true
        receiver.receiveHead(
            status: head.status, headers: head.headers, transfer: HTTPTransfer(transfer: self))
        isReceiving = false
    }

    /// - Returns: false to end the transfer.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard failure == nil else { return false }
        let now = MonotonicTime.now
        if bodyBytes == 0 { timings.firstByte = now.since(start) }
        var counts = true
        if let receiver {
            bodyBytes += bytes.count
            isReceiving = true
            counts = unsafe receiver.receiveBody(bytes)
            isReceiving = false
        } else {
            unsafe collect(bytes)
        }
        if counts, watch.bodyReceived(at: now) { arm() }
        return failure == nil
    }

    private func collect(_ bytes: UnsafeRawBufferPointer) {
        let announced = bodyBytes == 0 ? easy?.contentLength ?? -1 : -1
        bodyBytes += bytes.count
        guard max(bodyBytes, announced) <= request.maximumResponseBytes else {
            failure = .responseTooLarge(request.maximumResponseBytes)
            return
        }
        // An announcement is only believed so far: memory is taken as bytes come.
        if announced > 0 { body.reserveCapacity(min(announced, 1 << 20)) }
        unsafe body.append(contentsOf: bytes)
    }

    // MARK: Deadlines

    /// Makes sure the timer fires no later than the next deadline.
    private func arm() {
        let next = watch.next.time
        guard next < armedUntil else { return }
        armedUntil = next
        if let timer, loop.reactor.move(timer, to: next) { return }
        timer = loop.reactor.setTimer(at: next, handler: self)
    }

    func timerFired(tag: Int) {
        timer = nil
        armedUntil = .distantFuture
        let next = watch.next
        guard next.time <= .now else { return arm() }
        switch next.consequence {
        case .expire(let reason):
            abort(reason)
        case .checkConnection:
            watch.connectionChecked()
            let isWaiting = !hasStartedResolving && easy?.hasConnection == false
            if isWaiting { abort(.poolExhausted) } else { arm() }
        }
    }
}
