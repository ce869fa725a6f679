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

    public func append(to out: inout TextCursor) {
        out.put(prefix)
        UUIDv7.append(milliseconds: milliseconds, random: random, to: &out)
    }

    public var byteCount: Int { prefix.utf8CodeUnitCount + 36 }

    public var text: String {
        var out: [UInt8] = []
        out.append(room: byteCount) { append(to: &$0) }
        return String(decoding: out, as: UTF8.self)
    }
}
