/// What may be sent as a header. Anything else could smuggle a second header or request.
enum HeaderRules {
    /// The line for libcurl's list.
    static func line(name: String, value: String) throws(HTTPClientError) -> String {
        guard isToken(name) else { throw .invalidRequest("not a header name: \(name.debugDescription)") }
        guard !framing.contains(name.lowercased()) else {
            throw .invalidRequest("the client itself sets the header \(name)")
        }
        // Values may be secrets: the message names the header only.
        guard value.utf8.allSatisfy(isFieldByte) else {
            throw .invalidRequest("control character in the value of header \(name)")
        }
        // libcurl's way to write a header without a value; "Name:" would remove it.
        return value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? "\(name);" : "\(name): \(value)"
    }

    /// A token of RFC 9110, section 5.6.2: header names and methods.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
    }

    /// Decided by method and body; a second opinion would desynchronise the connection.
    private static let framing: Set<String> = ["content-length", "transfer-encoding", "connection", "expect"]

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func isFieldByte(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09
    }
}
