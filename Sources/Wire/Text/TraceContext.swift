/// A position in a distributed trace, as the fields `traceparent` and `tracestate` carry it (W3C Trace Context).
public struct TraceContext: Sendable, Hashable {
    /// 16 bytes, never all zero.
    public struct TraceID: Sendable, Hashable {
        public var high: UInt64
        public var low: UInt64

        public init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }

        /// 32 lower-case hex digits.
        public var text: String {
            String(room: 32) { out in
                out.hex(high, digits: 16)
                out.hex(low, digits: 16)
            }
        }
    }

    public var traceID: TraceID
    /// The span that is the parent of what comes next: 8 bytes, never zero.
    public var parentID: UInt64
    /// Only the bits the specification defines: 1 for sampled, 2 for a random trace ID.
    public var flags: UInt8
    /// What other vendors want carried along; nil if nothing is.
    public var state: TraceState?

    static let knownFlags: UInt8 = 0b11

    public var isSampled: Bool { flags & 1 == 1 }

    public init(traceID: TraceID, parentID: UInt64, flags: UInt8, state: TraceState? = nil) {
        self.traceID = traceID
        self.parentID = parentID
        self.flags = flags & Self.knownFlags
        self.state = state
    }

    /// Parses `vv-<32 hex>-<16 hex>-ff`; nil when malformed. A version after 00 may go on after another `-`.
    public init?(traceparent: String) {
        let bytes = [UInt8](traceparent.utf8)
        guard bytes.count >= 55, [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            let version = Self.number(bytes[0..<2]), version != 0xFF,
            bytes.count == 55 || (version > 0 && bytes[55] == UInt8(ascii: "-")),
            let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]), high | low != 0,
            let parentID = Self.number(bytes[36..<52]), parentID != 0,
            let flags = Self.number(bytes[53..<55])
        else { return nil }
        self.init(traceID: TraceID(high: high, low: low), parentID: parentID, flags: UInt8(flags))
    }

    /// The same trace with another span as the parent.
    public func with(parentID: UInt64) -> TraceContext {
        TraceContext(traceID: traceID, parentID: parentID, flags: flags, state: state)
    }

    /// The field value, always version 00.
    public var traceparent: String {
        String(room: 55) { append(to: &$0) }
    }

    public func append(to out: inout [UInt8]) {
        out.append(room: 55) { append(to: &$0) }
    }

    /// Takes 55 bytes.
    public func append(to out: inout TextCursor) {
        out.put("00-")
        out.hex(traceID.high, digits: 16)
        out.hex(traceID.low, digits: 16)
        out.put("-")
        out.hex(parentID, digits: 16)
        out.put("-")
        out.hex(UInt64(flags), digits: 2)
    }

    /// Lower-case hex only: upper case is malformed here, unlike elsewhere.
    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for byte in digits {
            guard byte < UInt8(ascii: "A") || byte > UInt8(ascii: "F"), let digit = Hex.value(of: byte) else {
                return nil
            }
            number = number << 4 | UInt64(digit)
        }
        return number
    }
}
