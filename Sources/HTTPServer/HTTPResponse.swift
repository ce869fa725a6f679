public import Wire

/// A whole answer. The server adds date, content-length and connection.
public struct HTTPResponse: Sendable {
    public var head: HTTPResponseHead
    public var body: [UInt8]

    public init(head: HTTPResponseHead, body: [UInt8] = []) {
        self.head = head
        self.body = body
    }

    public init(status: Int, contentType: StaticString, body: [UInt8]) {
        var head = HTTPResponseHead(status: status)
        head.add("content-type", contentType)
        self.init(head: head, body: body)
    }

    public init(status: Int, text: String) {
        self.init(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
}
