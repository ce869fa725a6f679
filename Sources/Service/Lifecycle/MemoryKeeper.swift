internal import CLinux
internal import Glibc
internal import Reactor

/// Gives memory back to the system after the start and when a load has passed: the allocator keeps what a burst
/// needed.
///
/// Done in quiet moments only, since the allocator is locked while it looks through what is free.
///
/// `@unchecked Sendable`: used on its reactor only, after `start`.
final class MemoryKeeper: TimerHandler, @unchecked Sendable {
    private let reactors: ReactorGroup
    private let reactor: Reactor
    private var cpuNanoseconds: UInt64 = 0
    /// Since the start or the last load.
    private var quietIntervals = 0

    private static let interval: Duration = .seconds(1)
    /// CPU time per interval; less counts as quiet.
    private static let quietNanoseconds: UInt64 = 50_000_000
    /// At once, and again while idle connections to clients and providers are being closed.
    private static let lastRelease = 90
    private static let intervalsPerRelease = 4
    /// A second before a release. Less often: a hub that is asked little every now and then would fill them in vain.
    private static let intervalsPerEmptying = 16

    init(reactors: ReactorGroup) {
        self.reactors = reactors
        reactor = reactors.reactors[0]
    }

    func start() {
        reactor.submit { self.wait() }
    }

    func timerFired(tag: Int) {
        let used = Self.cpuNanoseconds
        let isQuiet = used &- cpuNanoseconds < Self.quietNanoseconds
        cpuNanoseconds = used
        quietIntervals = isQuiet ? quietIntervals + 1 : 0
        if quietIntervals <= Self.lastRelease {
            if quietIntervals % Self.intervalsPerEmptying == Self.intervalsPerRelease {
                for reactor in reactors.reactors { reactor.submit { Self.giveBack(of: reactor) } }
            }
            if quietIntervals % Self.intervalsPerRelease == 1 { BlockingWork.start { clinux_release_memory() } }
        }
        wait()
    }

    private static func giveBack(of reactor: Reactor) {
        reactor.shrinkTables()
        clinux_empty_thread_cache()
    }

    private func wait() {
        _ = reactor.setTimer(after: Self.interval, handler: self)
    }

    /// Of the whole process, user and system.
    private static var cpuNanoseconds: UInt64 {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return UInt64(seconds) * 1_000_000_000 + UInt64(microseconds) * 1000
    }
}
