internal import Reactor

/// A command that waits for its reply.
struct PendingCommand {
    typealias Outcome = Result<RedisReply, RedisError>

    let command: RedisCommand
    let deadline: MonotonicTime
    /// What the reactor had been idle when it was sent.
    var idleWhenSent: UInt64 = 0
    /// Nodes that have sent it on.
    var redirects = 0
    /// Preceded by `ASKING`, which lets a node answer for a slot that is on its way to it.
    var isAsking = false
    /// Nil once it has expired: its reply is still to come, and is not to be taken for the next command's.
    var completion: (@Sendable (Outcome) -> Void)?
}

/// The commands of one connection in the order in which their replies come. Pure.
struct CommandQueue {
    private var entries: [PendingCommand?] = []
    private var first = 0
    /// Of the commands, as written.
    private(set) var bytes = 0

    var count: Int { entries.count - first }
    var isEmpty: Bool { first == entries.count }
    /// The command whose reply comes next has expired.
    var isHeadExpired: Bool { !isEmpty && entries[first]?.completion == nil }

    mutating func append(_ command: PendingCommand) {
        bytes += command.command.bytes.count
        entries.append(command)
    }

    mutating func popFirst() -> PendingCommand? {
        guard !isEmpty, let command = entries[first] else { return nil }
        entries[first] = nil
        first += 1
        bytes -= command.command.bytes.count
        // Moved to the front when half are gone: constant time per command.
        if first == entries.count || first > 64 && first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
        return command
    }

    /// Takes the completions of commands whose time is over; the commands stay until their replies have come.
    ///
    /// - Parameter next: set to the earliest deadline of those that still wait.
    mutating func expire(at now: MonotonicTime, next: inout MonotonicTime)
        -> [@Sendable (PendingCommand.Outcome) -> Void]
    {
        var expired: [@Sendable (PendingCommand.Outcome) -> Void] = []
        for index in first..<entries.count {
            guard let entry = entries[index], let completion = entry.completion else { continue }
            if entry.deadline <= now {
                expired.append(completion)
                entries[index]?.completion = nil
            } else {
                next = min(next, entry.deadline)
            }
        }
        return expired
    }

    mutating func removeAll() -> [PendingCommand] {
        defer { self = CommandQueue() }
        return entries[first...].compactMap { $0 }
    }
}
