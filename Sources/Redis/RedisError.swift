/// Why a command has no reply.
public enum RedisError: Error, Equatable, Sendable {
    /// There is no connection, or it fails too often: refused at once, not sent.
    case unavailable
    /// Too much is in flight: refused at once, not sent.
    case overloaded
    /// No reply in time. The command may have been executed.
    case timedOut
    /// The connection ended before the reply. The command may have been executed.
    case connectionLost
    /// Redis refused the command.
    case server(RedisServerError)
    /// The nodes of a cluster sent the command from one to the next.
    case tooManyRedirects
    /// The client is shut down.
    case shutDown
}

/// A command whose keys are not of one slot, or that has none where some are needed.
public struct RedisCommandError: Error, Equatable, Sendable {
    public let description: String
}
