/// A command, ready to be written. Immutable: it may be sent again.
public struct RedisCommand: Sendable {
    /// As written.
    let bytes: [UInt8]
    /// The slot of its keys; nil if it has none and any node will do.
    let slot: KeySlot?

    /// A command with one key right after its name: `GET key`, `SETEX key seconds value`.
    public init(_ name: StaticString, key: [UInt8], _ arguments: [UInt8]...) {
        bytes = CommandWriter.write([name.bytes, key] + arguments)
        slot = KeySlot(of: key)
    }

    /// A command without keys, which in a cluster any node answers: `PING`.
    public init(_ name: StaticString, _ arguments: [UInt8]...) {
        bytes = CommandWriter.write([name.bytes] + arguments)
        slot = nil
    }

    /// Any command.
    ///
    /// - Parameters:
    ///   - arguments: with the name.
    ///   - keys: which of them are keys. All must be of one slot, also where there is no cluster: what works on one server
    ///     is to work on many.
    public init(_ arguments: [[UInt8]], keys: Range<Int>) throws(RedisCommandError) {
        guard !arguments.isEmpty, arguments.indices.contains(keys) else {
            throw RedisCommandError(description: "keys \(keys) are not among the \(arguments.count) arguments")
        }
        let slots = Set(arguments[keys].map { KeySlot(of: $0) })
        guard slots.count <= 1 else {
            throw RedisCommandError(description: "the keys are of \(slots.count) slots")
        }
        bytes = CommandWriter.write(arguments)
        slot = slots.first
    }
}

extension Range<Int> {
    fileprivate func contains(_ other: Range<Int>) -> Bool {
        other.lowerBound >= lowerBound && other.upperBound <= upperBound
    }
}

extension StaticString {
    fileprivate var bytes: [UInt8] {
        withUTF8Buffer { unsafe Array($0) }
    }
}
