public import Wire

/// An id of the hub: a prefix and a time-ordered UUID. Its text is made when somebody wants it.
public struct Identifier: Sendable {
    let prefix: StaticString
    let milliseconds: UInt64
    let random: (UInt64, UInt64)

    public init(_ prefix: StaticString, clock: any TimeSource, random: inout RandomSource) {
        self.prefix = prefix
        milliseconds = clock.wallNanoseconds / 1_000_000
        self.random = (random.next(), random.next())
    }

    /// One that sorts by its moment also within a millisecond (RFC 9562 section 6.2, method 3), if moments differ by `step`.
    /// - Parameter moment: nanoseconds since 1970.
    public init(ordered prefix: StaticString, at moment: UInt64, random: inout RandomSource) {
        self.prefix = prefix
        milliseconds = moment / 1_000_000
        self.random = (moment % 1_000_000 * 4096 / 1_000_000, random.next())
    }

    /// Nanoseconds.
    public static let step: UInt64 = 245

    public func append(to out: inout TextCursor) {
        out.put(prefix)
        UUIDv7.append(milliseconds: milliseconds, random: random, to: &out)
    }

    public var byteCount: Int { prefix.utf8CodeUnitCount + 36 }

    public var text: String {
        String(room: byteCount) { append(to: &$0) }
    }
}
