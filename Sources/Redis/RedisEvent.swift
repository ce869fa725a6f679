/// What an operator is told of Redis. Their number does not depend on the traffic.
public enum RedisEvent: Equatable, Sendable {
    /// Commands are sent to it again, or for the first time.
    ///
    /// - Parameter failures: commands that failed or were refused meanwhile.
    case available(RedisAddress, failures: Int)
    /// At least one reactor refuses commands for it.
    case unavailable(RedisAddress, reason: String)
    /// Commands fail: told once in a minute at most.
    case failing(RedisAddress, failures: Int, reason: String)
}
