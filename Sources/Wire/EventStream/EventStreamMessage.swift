/// One message of AWS's binary event stream (`application/vnd.amazon.eventstream`).
public struct EventStreamMessage: Equatable, Sendable {
    public struct Header: Equatable, Sendable {
        public var name: String
        public var value: Value

        public init(_ name: String, _ value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// The ten types of the format. Services use strings for what they send themselves.
    public enum Value: Equatable, Sendable {
        case bool(Bool)
        case int8(Int8)
        case int16(Int16)
        case int32(Int32)
        case int64(Int64)
        case bytes([UInt8])
        case string(String)
        /// Milliseconds since 1970.
        case timestamp(Int64)
        /// 16 bytes.
        case uuid([UInt8])
    }

    public var headers: [Header]
    public var payload: [UInt8]

    public init(headers: [Header] = [], payload: [UInt8] = []) {
        self.headers = headers
        self.payload = payload
    }

    /// The first header of this name that is a string.
    public subscript(_ name: String) -> String? {
        for header in headers where header.name == name {
            if case .string(let text) = header.value { return text }
        }
        return nil
    }
}

/// Why a stream cannot be read on. Nothing after it can be trusted.
public enum EventStreamError: Error, Equatable, Sendable {
    /// The checksum of the lengths does not fit them.
    case preludeChecksum
    /// The checksum of the message does not fit it.
    case messageChecksum
    /// A length that no message can have, or above the bound.
    case length
    /// A header with an unknown type, an empty name, or a value that does not fit.
    case header
}
