/// The `tracestate` field: what other vendors ask to be carried along, passed on unread (W3C Trace Context §3.3).
public struct TraceState: Sendable, Hashable {
    /// `key=value` each, trimmed, in order.
    public let members: [String]

    static let memberLimit = 32
    static let keyLimit = 256
    static let valueLimit = 256
    /// The specification asks for at least 512; more than this is dropped whole.
    static let byteLimit = 8 << 10

    /// Joins all values of the field. Nil when one member is malformed or a limit is passed: then none is passed on.
    ///
    /// Lenient where the specification is: empty members are skipped and a repeated key is kept.
    public init?(_ values: [String]) {
        var members: [String] = []
        var byteCount = 0
        for value in values {
            for piece in value.utf8.split(separator: UInt8(ascii: ",")) {
                let member = Self.trim(piece)
                if member.isEmpty { continue }
                byteCount += member.count + 1
                guard Self.isMember(member), members.count < Self.memberLimit, byteCount <= Self.byteLimit else {
                    return nil
                }
                members.append(String(Substring(member)))
            }
        }
        self.members = members
    }

    /// As one field value; empty without members.
    public var text: String { members.joined(separator: ",") }

    private static func trim(_ piece: Substring.UTF8View) -> Substring.UTF8View {
        var piece = piece.drop(while: ByteClass.isOptionalWhitespace)
        while let last = piece.last, ByteClass.isOptionalWhitespace(last) { piece.removeLast() }
        return piece
    }

    private static func isMember(_ member: Substring.UTF8View) -> Bool {
        guard let separator = member.firstIndex(of: UInt8(ascii: "=")) else { return false }
        let value = member[member.index(after: separator)...]
        return isKey(member[..<separator]) && 1...valueLimit ~= value.count && value.allSatisfy(isValueByte)
    }

    /// Starts with a lower-case letter or a digit; `_ - * / @` may follow.
    private static func isKey(_ key: Substring.UTF8View) -> Bool {
        guard let first = key.first, isLowercaseOrDigit(first), key.count <= keyLimit else { return false }
        return key.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "@"): true
            default: isLowercaseOrDigit(byte)
            }
        }
    }

    private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
        ByteClass.isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
    }

    private static func isValueByte(_ byte: UInt8) -> Bool {
        ByteClass.space..<ByteClass.delete ~= byte && byte != UInt8(ascii: "=")
    }
}
