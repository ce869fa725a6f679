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

    public func append(to out: inout [UInt8]) {
        out.append(prefix)
        UUIDv7.append(milliseconds: milliseconds, random: random, to: &out)
    }

    public var text: String {
        var out: [UInt8] = []
        out.reserveCapacity(48)
        append(to: &out)
        return String(decoding: out, as: UTF8.self)
    }
}
