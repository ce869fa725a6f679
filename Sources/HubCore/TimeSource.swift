/// The clocks of the hub. Injected, so that time-dependent behaviour is tested without waiting.
public protocol TimeSource: Sendable {
    /// Nanoseconds on a clock that never jumps.
    var monotonicNanoseconds: UInt64 { get }
    /// Nanoseconds since 1970 UTC.
    var wallNanoseconds: UInt64 { get }
}
