internal import CLinux

/// What a descriptor is watched for. Hang-up and errors are always reported.
public struct DescriptorInterest: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let read = DescriptorInterest(rawValue: EPOLLIN.rawValue)
    /// The peer's end of its direction; level-triggered, so drop it once seen.
    public static let readHangUp = DescriptorInterest(rawValue: EPOLLRDHUP.rawValue)
    public static let write = DescriptorInterest(rawValue: EPOLLOUT.rawValue)
}

/// What epoll reported for a descriptor.
public struct DescriptorEvents: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = DescriptorEvents(rawValue: EPOLLIN.rawValue)
    public static let writable = DescriptorEvents(rawValue: EPOLLOUT.rawValue)
    /// The peer closed its direction: no more bytes will come, ours may still be open.
    public static let readHangUp = DescriptorEvents(rawValue: EPOLLRDHUP.rawValue)
    public static let hangUp = DescriptorEvents(rawValue: EPOLLHUP.rawValue)
    public static let error = DescriptorEvents(rawValue: EPOLLERR.rawValue)
}

/// Receives a descriptor's events on its reactor's thread.
public protocol DescriptorHandler: AnyObject {
    func descriptorReady(_ events: DescriptorEvents)
}

/// Receives a timer on its reactor's thread.
public protocol TimerHandler: AnyObject {
    /// - Parameter tag: the number given when the timer was set, for owners of several timers.
    func timerFired(tag: Int)
}

/// A timer that has been set; stale once it fired or was cancelled.
public struct ReactorTimer: Hashable, Sendable {
    let handle: TimerHeap.Handle
}
