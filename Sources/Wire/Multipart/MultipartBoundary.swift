/// What separates the parts of a form (RFC 2046 section 5.1.1).
public struct MultipartBoundary: Sendable, Equatable {
    /// With the two dashes before it.
    let delimiter: [UInt8]

    /// Nil unless the text is `multipart/form-data` with a boundary of 1 to 70 characters that may be in one.
    public init?(contentType text: String) {
        guard let field = HeaderParameters(text[...]), field.value == "multipart/form-data",
            let boundary = field["boundary"], (1...70).contains(boundary.utf8.count), boundary.utf8.last != 0x20,
            boundary.utf8.allSatisfy(Self.isBoundaryByte)
        else { return nil }
        delimiter = Array("--\(boundary)".utf8)
    }

    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}
