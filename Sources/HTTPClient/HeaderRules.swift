internal import Wire

/// What may be sent as a header. Anything else could smuggle a second header or request.
enum HeaderRules {
    /// The line for libcurl's list.
    static func line(name: String, value: String) throws(HTTPClientError) -> String {
        guard isToken(name) else { throw .invalidRequest("not a header name: \(name.debugDescription)") }
        guard !isFraming(name) else {
            throw .invalidRequest("the client itself sets the header \(name)")
        }
        // Values may be secrets: the message names the header only.
        var isBlank = true
        let bytes = value.utf8Span.span
        for index in bytes.indices {
            let byte = bytes[index]
            guard isFieldByte(byte) else {
                throw .invalidRequest("control character in the value of header \(name)")
            }
            isBlank = isBlank && (byte == 0x20 || byte == 0x09)
        }
        // libcurl's way to write a header without a value; "Name:" would remove it.
        return isBlank ? "\(name);" : "\(name): \(value)"
    }

    /// A token of RFC 9110, section 5.6.2: header names and methods.
    static func isToken(_ text: String) -> Bool {
        let bytes = text.utf8Span.span
        for index in bytes.indices where !ByteClass.isToken(bytes[index]) { return false }
        return !bytes.isEmpty
    }

    /// Decided by method and body; a second opinion would desynchronise the connection.
    private static let framing: Set<String> = ["content-length", "transfer-encoding", "connection", "expect"]

    private static func isFraming(_ name: String) -> Bool {
        // Making a name small costs more than all the rest.
        [6, 10, 14, 17].contains(name.utf8.count) && framing.contains(name.lowercased())
    }

    private static func isFieldByte(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09
    }
}
