/// Tells what of a JSON text stands in strings, byte by byte, wherever the text is cut. Pure.
public struct JSONStringTracker: Sendable {
    @usableFromInline
    enum Place: UInt8, Sendable {
        case outside, inside
        /// Behind a backslash.
        case escaped
    }

    @usableFromInline var place = Place.outside

    @inlinable
    public init() {}

    /// Between the quotes of a string.
    var isInString: Bool { place != .outside }

    /// The next byte is a string's, be it one of its quotes.
    @inlinable
    @inline(__always)
    public mutating func takes(_ byte: UInt8) -> Bool {
        switch place {
        case .outside:
            guard byte == UInt8(ascii: "\"") else { return false }
            place = .inside
        case .inside:
            if byte == UInt8(ascii: "\\") {
                place = .escaped
            } else if byte == UInt8(ascii: "\"") {
                place = .outside
            }
        case .escaped: place = .inside
        }
        return true
    }
}
