internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// One epoll loop on one thread: descriptors, timers and Swift tasks.
///
/// The loop runs for the reactor's life as one block on its own dispatch queue. A task started with
/// `Task(executorPreference: reactor)` resumes on that thread after every suspension, so a connection,
/// its request, the provider call and the answer never change threads.
///
/// All methods but `submit`, `enqueue` and `stop` belong to the reactor's own thread and check it.
///
/// `@unchecked Sendable`: state is confined to the loop's thread; what other threads may touch is in
/// `door`, behind a mutex.
public final class Reactor: TaskExecutor, @unchecked Sendable {
    /// Position among its siblings, from 0; the shard number of per-reactor counters.
    public let index: Int

    private let door = Door()
    private let epoll: Int32
    private let queue: DispatchQueue
    private var descriptors: [DescriptorSlot] = []
    private var timers = TimerHeap()
    private var timerOwners: [TimerOwner] = []
    private var ready: [UnownedJob] = []
    private var running: [UnownedJob] = []
    private var endOfTurn: [any EndOfTurnHandler] = []
    private var ending: [any EndOfTurnHandler] = []
    private var isStopping = false
    private var isShrinking = false
    private let stopped = DispatchSemaphore(value: 0)

    private struct DescriptorSlot {
        var handler: (any DescriptorHandler)?
        /// Tells an event of a closed descriptor from one of its successor with the same number.
        var generation: UInt32 = 0
    }

    private struct TimerOwner {
        var handler: (any TimerHandler)?
        var tag: Int
    }

    /// Starts the loop. The reactor lives until `stop()`.
    public init(index: Int = 0) throws(SystemError) {
        self.index = index
        epoll = clinux_epoll_create()
        guard epoll >= 0 else { throw SystemError("epoll_create1") }
        queue = DispatchQueue(label: "reactor-\(index)", qos: .userInitiated)
        guard door.descriptor >= 0 else { throw SystemError("eventfd") }
        guard clinux_epoll_ctl(epoll, EPOLL_CTL_ADD, door.descriptor, EPOLLIN.rawValue, Self.doorToken) == 0 else {
            throw SystemError("epoll_ctl")
        }
        queue.async { self.run() }
    }

    /// Stops the loop after the current turn and waits for it; a second call does nothing. Not to be called on
    /// the reactor's own thread.
    public func stop() {
        precondition(!isCurrent, "a reactor cannot wait for itself")
        submit { self.isStopping = true }
        stopped.wait()
        stopped.signal()
    }

    // MARK: Threads

    /// The reactor whose thread this is, if any.
    public static var current: Reactor? {
        guard let pointer = unsafe clinux_current_reactor() else { return nil }
        // The pointer was set by `run`, which keeps the reactor alive while its thread runs.
        return unsafe Unmanaged<Reactor>.fromOpaque(pointer).takeUnretainedValue()
    }

    public var isCurrent: Bool {
        unsafe clinux_current_reactor() == UnsafeMutableRawPointer(Unmanaged.passUnretained(self).toOpaque())
    }

    /// Runs `work` on the reactor's thread: the one door for other threads.
    public func submit(_ work: @escaping @Sendable () -> Void) {
        door.put(.work(work))
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent { ready.append(job) } else { door.put(.job(job)) }
    }

    // MARK: Descriptors

    /// Watches a descriptor. The handler is kept until `unwatch`.
    public func watch(
        _ descriptor: Int32, for interest: DescriptorInterest, handler: any DescriptorHandler
    ) throws(SystemError) {
        assertCurrent()
        let position = Int(descriptor)
        while descriptors.count <= position { descriptors.append(DescriptorSlot()) }
        descriptors[position].handler = handler
        descriptors[position].generation &+= 1
        let token = token(descriptor)
        guard clinux_epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, interest.rawValue, token) == 0 else {
            descriptors[position].handler = nil
            throw SystemError("epoll_ctl")
        }
    }

    public func update(_ descriptor: Int32, for interest: DescriptorInterest) {
        assertCurrent()
        let result = clinux_epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, interest.rawValue, token(descriptor))
        assert(result == 0, "descriptor \(descriptor) is not watched")
    }

    /// Forgets a descriptor; call it before closing it. Events already collected are dropped.
    public func unwatch(_ descriptor: Int32) {
        assertCurrent()
        guard Int(descriptor) < descriptors.count, descriptors[Int(descriptor)].handler != nil else { return }
        descriptors[Int(descriptor)].handler = nil
        descriptors[Int(descriptor)].generation &+= 1
        _ = clinux_epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, 0, 0)
    }

    private func token(_ descriptor: Int32) -> UInt64 {
        UInt64(descriptors[Int(descriptor)].generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    // MARK: Timers

    /// Sets a timer. The handler is kept until the timer fires or is cancelled.
    public func setTimer(at deadline: MonotonicTime, handler: any TimerHandler, tag: Int = 0) -> ReactorTimer {
        assertCurrent()
        let handle = timers.insert(deadline)
        let owner = TimerOwner(handler: handler, tag: tag)
        if Int(handle.slot) == timerOwners.count {
            timerOwners.append(owner)
        } else {
            timerOwners[Int(handle.slot)] = owner
        }
        return ReactorTimer(handle: handle)
    }

    public func setTimer(after delay: Duration, handler: any TimerHandler, tag: Int = 0) -> ReactorTimer {
        setTimer(at: .now + delay, handler: handler, tag: tag)
    }

    /// Does nothing if the timer has fired or was cancelled.
    public func cancel(_ timer: ReactorTimer) {
        assertCurrent()
        if timers.remove(timer.handle) { timerOwners[Int(timer.handle.slot)].handler = nil }
    }

    /// Returns false if the timer has fired or was cancelled.
    public func move(_ timer: ReactorTimer, to deadline: MonotonicTime) -> Bool {
        assertCurrent()
        return timers.move(timer.handle, to: deadline)
    }

    // MARK: End of turn

    /// Calls the handler once, when everything that is ready now has run: for batching writes and wake-ups.
    public func atEndOfTurn(_ handler: any EndOfTurnHandler) {
        assertCurrent()
        endOfTurn.append(handler)
    }

    // MARK: Memory

    /// Gives back the room that tables took for more descriptors and timers than there are now, at the end of the turn:
    /// until then events of this turn are found by their places.
    public func shrinkTables() {
        assertCurrent()
        isShrinking = true
    }

    private func shrink() {
        isShrinking = false
        descriptors.cut(at: (descriptors.lastIndex { $0.handler != nil } ?? -1) + 1)
        timers.shrink()
        timerOwners.cut(at: timers.slotCount)
    }

    // MARK: The loop

    /// For how long, in all, there was nothing to do. On the reactor's thread. What passes between two readings beyond
    /// their difference is the reactor's own work, which is nobody else's slowness.
    public private(set) var idleNanoseconds: UInt64 = 0

    private static let doorToken = UInt64.max
    private static let eventsPerTurn = 256
    /// Jobs run per turn before descriptors are looked at again.
    private static let jobsPerTurn = 4096

    private func run() {
        unsafe clinux_set_current_reactor(Unmanaged.passUnretained(self).toOpaque())
        blockBrokenPipeSignal()
        let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: Self.eventsPerTurn)
        while !isStopping {
            let count = unsafe waitForEvents(events)
            if count > 0 { unsafe dispatch(UnsafeBufferPointer(rebasing: events[..<Int(count)])) }
            fireTimers()
            runJobs()
            runEndOfTurn()
            if isShrinking { shrink() }
        }
        unsafe events.deallocate()
        shutDown()
    }

    /// - Returns: as `epoll_wait`.
    private func waitForEvents(_ events: UnsafeMutableBufferPointer<epoll_event>) -> Int32 {
        let milliseconds = waitMilliseconds()
        let capacity = Int32(Self.eventsPerTurn)
        guard milliseconds != 0 else { return unsafe epoll_wait(epoll, events.baseAddress, capacity, 0) }
        let start = MonotonicTime.now
        defer { idleNanoseconds &+= MonotonicTime.now.nanoseconds &- start.nanoseconds }
        return unsafe epoll_wait(epoll, events.baseAddress, capacity, milliseconds)
    }

    private func waitMilliseconds() -> Int32 {
        if !ready.isEmpty || !endOfTurn.isEmpty { return 0 }
        guard let deadline = timers.nextDeadline else { return -1 }
        let now = MonotonicTime.now
        if deadline <= now { return 0 }
        // Rounded up: a timer never fires early, and the loop does not spin through its last millisecond.
        let milliseconds = (deadline.nanoseconds - now.nanoseconds + 999_999) / 1_000_000
        return Int32(clamping: milliseconds)
    }

    private func dispatch(_ events: UnsafeBufferPointer<epoll_event>) {
        for index in events.indices {
            let token = unsafe clinux_event_token(events.baseAddress.unsafelyUnwrapped + index)
            if token == Self.doorToken {
                openDoor()
                continue
            }
            let slot = descriptors[Int(UInt32(truncatingIfNeeded: token))]
            guard slot.generation == UInt32(truncatingIfNeeded: token >> 32), let handler = slot.handler else {
                continue
            }
            handler.descriptorReady(DescriptorEvents(rawValue: unsafe events[index].events))
        }
    }

    private func openDoor() {
        for item in door.take() {
            switch item {
            case .job(let job): ready.append(job)
            case .work(let work): work()
            }
        }
    }

    private func fireTimers() {
        guard timers.count > 0 else { return }
        let now = MonotonicTime.now
        while let handle = timers.popDue(now) {
            let owner = timerOwners[Int(handle.slot)]
            timerOwners[Int(handle.slot)].handler = nil
            owner.handler?.timerFired(tag: owner.tag)
        }
    }

    private func runJobs() {
        var budget = Self.jobsPerTurn
        while !ready.isEmpty, budget > 0 {
            swap(&ready, &running)
            for job in running { unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
            budget -= running.count
            running.removeAll(keepingCapacity: running.count <= Self.jobsPerTurn)
        }
    }

    private func runEndOfTurn() {
        guard !endOfTurn.isEmpty else { return }
        swap(&endOfTurn, &ending)
        for handler in ending { handler.endOfTurn() }
        ending.removeAll(keepingCapacity: true)
    }

    /// OpenSSL writes to sockets without MSG_NOSIGNAL: a peer that has gone must not end the process.
    private func blockBrokenPipeSignal() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func shutDown() {
        openDoor()
        runJobs()
        clinux_set_current_reactor(nil)
        descriptors.removeAll()
        timerOwners.removeAll()
        close(epoll)
        door.close()
        stopped.signal()
    }

    /// Calls from another thread are a programming error that would corrupt state silently.
    @inline(__always)
    public func assertCurrent() {
        assert(isCurrent, "called off the reactor's thread")
    }
}

/// Called once at the end of a turn of the loop.
public protocol EndOfTurnHandler: AnyObject {
    func endOfTurn()
}
