/// What the fields that steer a connection say, gathered line by line.
///
/// Every rule here closes a way for two servers in a row to disagree on where a request ends (RFC 9112 §6, §11.2).
struct ControlFields: Sendable {
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var host: ByteRange?
    private(set) var asksToClose = false
    private(set) var asksToKeepAlive = false
    private(set) var expectsContinue = false

    var framing: BodyFraming {
        if isChunked { return .chunked }
        return contentLength.map(BodyFraming.length) ?? .none
    }

    /// Takes in one field; other names are ignored.
    mutating func add(_ field: FieldLine, in bytes: Span<UInt8>, minorVersion: Int) throws(HTTP1Error) {
        switch field.name.count {
        case 4 where bytes.equalsIgnoringCase("host", in: field.name):
            try addHost(field.value, in: bytes)
        case 6 where bytes.equalsIgnoringCase("expect", in: field.name):
            try addExpectation(field.value, in: bytes, minorVersion: minorVersion)
        case 10 where bytes.equalsIgnoringCase("connection", in: field.name):
            addConnection(field.value, in: bytes)
        case 14 where bytes.equalsIgnoringCase("content-length", in: field.name):
            try addContentLength(field.value, in: bytes)
        case 17 where bytes.equalsIgnoringCase("transfer-encoding", in: field.name):
            try addTransferEncoding(field.value, in: bytes, minorVersion: minorVersion)
        default:
            break
        }
    }

    private mutating func addHost(_ value: ByteRange, in bytes: Span<UInt8>) throws(HTTP1Error) {
        guard host == nil else { throw .malformed("repeated Host") }
        guard value.isEmpty || HostRule.accepts(bytes, in: value) else { throw .malformed("malformed Host") }
        host = value
    }

    private mutating func addExpectation(
        _ value: ByteRange, in bytes: Span<UInt8>, minorVersion: Int
    ) throws(HTTP1Error) {
        guard bytes.equalsIgnoringCase("100-continue", in: value) else {
            throw HTTP1Error(status: 417, reason: "unknown expectation")
        }
        // A 1.0 client cannot read an interim response (RFC 9110 §10.1.1).
        if minorVersion > 0 { expectsContinue = true }
    }

    private mutating func addConnection(_ value: ByteRange, in bytes: Span<UInt8>) {
        var close = false
        var keepAlive = false
        bytes.forEachListElement(in: value) { option in
            close = close || bytes.equalsIgnoringCase("close", in: option)
            keepAlive = keepAlive || bytes.equalsIgnoringCase("keep-alive", in: option)
        }
        asksToClose = asksToClose || close
        asksToKeepAlive = asksToKeepAlive || keepAlive
    }

    private mutating func addContentLength(_ value: ByteRange, in bytes: Span<UInt8>) throws(HTTP1Error) {
        guard !isChunked else { throw .malformed("Content-Length together with Transfer-Encoding") }
        guard contentLength == nil else { throw .malformed("repeated Content-Length") }
        guard !value.isEmpty else { throw .malformed("malformed Content-Length") }
        var length = 0
        for offset in value.range {
            guard ByteClass.isDigit(bytes[offset]) else { throw .malformed("malformed Content-Length") }
            let (tens, overflowed) = length.multipliedReportingOverflow(by: 10)
            let (sum, carried) = tens.addingReportingOverflow(Int(bytes[offset] - UInt8(ascii: "0")))
            guard !overflowed, !carried else { throw .malformed("Content-Length too large") }
            length = sum
        }
        contentLength = length
    }

    private mutating func addTransferEncoding(
        _ value: ByteRange, in bytes: Span<UInt8>, minorVersion: Int
    ) throws(HTTP1Error) {
        guard minorVersion > 0 else { throw .malformed("Transfer-Encoding in HTTP/1.0") }
        guard contentLength == nil else { throw .malformed("Content-Length together with Transfer-Encoding") }
        guard !isChunked else { throw HTTP1Error(status: 501, reason: "repeated Transfer-Encoding") }
        guard bytes.equalsIgnoringCase("chunked", in: value) else {
            throw HTTP1Error(status: 501, reason: "Transfer-Encoding other than chunked")
        }
        isChunked = true
    }
}
