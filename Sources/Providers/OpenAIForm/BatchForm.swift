internal import Crypto
internal import Wire

/// The form that uploads a batch's lines (RFC 7578).
struct BatchForm {
    let contentType: String
    let body: [UInt8]

    /// The boundary is random: no line can be made to hold it.
    init(_ lines: [UInt8]) {
        let boundary = "hub-\(Hex.encode(SecureRandom.bytes(16)))"
        contentType = "multipart/form-data; boundary=\(boundary)"
        var body: [UInt8] = []
        body.reserveCapacity(lines.count + 512)
        body += "--\(boundary)\r\ncontent-disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n".utf8
        body += "--\(boundary)\r\ncontent-disposition: form-data; name=\"file\"; filename=\"batch.jsonl\"\r\n".utf8
        body += "content-type: application/jsonl\r\n\r\n".utf8
        body += lines
        body += "\r\n--\(boundary)--\r\n".utf8
        self.body = body
    }
}
