/// What Redis answered.
public enum RedisReply: Equatable, Sendable {
    /// `+OK` and the like.
    case status(String)
    case bytes([UInt8])
    case integer(Int64)
    case array([RedisReply])
    /// No such value.
    case null
    /// Only within arrays: a command that fails throws.
    case error(RedisServerError)
}

extension RedisReply {
    public var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }
    public var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }
    public var array: [RedisReply]? {
        if case .array(let elements) = self { elements } else { nil }
    }
    /// Of strings and states.
    public var text: String? {
        switch self {
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .status(let text): text
        default: nil
        }
    }
}

/// An error that Redis answered with. It may quote parts of the command.
public struct RedisServerError: Error, Equatable, Sendable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    /// The first word: `WRONGTYPE`, `OOM`, `NOSCRIPT`.
    public var code: Substring { text.prefix { $0 != " " } }

    /// Whether it says that the server, not the command, is not in order.
    var isServersFault: Bool {
        switch code {
        case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "NOAUTH": true
        default: false
        }
    }

    /// Whether it says that the server still reads and does not write: its memory or disk is full, or it is a replica.
    var refusesWrites: Bool {
        switch code {
        case "OOM", "MISCONF", "NOREPLICAS", "READONLY": true
        default: false
        }
    }
}
