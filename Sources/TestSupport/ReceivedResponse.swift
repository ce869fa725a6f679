/// A response as a test client read it.
public struct ReceivedResponse: Sendable {
    /// `HTTP/1.1 200 OK`
    public var statusLine: String
    public var status: Int
    /// Names in lower case, in the order received.
    public var fields: [(name: String, value: String)]
    public var body: [UInt8] = []
    /// Statuses of the 1xx responses before it.
    public var interim: [Int] = []
    /// False if the connection ended before the body's framing said so.
    public var isWhole = true

    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a field; nil if it is absent.
    public subscript(name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    init(head: [UInt8]) throws {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true)
        guard let first = lines.first else { throw SocketFailure("an empty response head") }
        let words = first.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw SocketFailure("not a status line: \(first)")
        }
        statusLine = String(first)
        self.status = status
        fields = try lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw SocketFailure("not a field: \(line)") }
            return (parts[0].lowercased(), parts[1].drop { $0 == " " }.description)
        }
    }
}

extension SocketClient {
    /// Reads the final response to a request; interim ones are noted.
    /// - Parameter toHead: the request was HEAD: no body follows, whatever the fields say.
    public func readResponse(toHead: Bool = false) throws -> ReceivedResponse {
        var interim: [Int] = []
        while true {
            var response = try readHead()
            if (100..<200).contains(response.status) {
                interim.append(response.status)
                continue
            }
            response.interim = interim
            if toHead || response.status == 204 || response.status == 304 { return response }
            try readBody(of: &response)
            return response
        }
    }

    /// Reads a response head through its empty line.
    public func readHead() throws -> ReceivedResponse {
        try ReceivedResponse(head: receive(until: "\r\n\r\n"))
    }

    /// Reads one chunk of a chunked body; empty is the last one, nil the end of the connection.
    public func readChunk() throws -> [UInt8]? {
        let line: [UInt8]
        do {
            line = try receive(until: "\r\n")
        } catch let failure as SocketFailure where failure.isEndOfStream {
            return nil
        }
        guard let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16) else {
            throw SocketFailure("not a chunk size: \(String(decoding: line, as: UTF8.self))")
        }
        let data = try receive(count: size + 2)
        guard data.suffix(2) == Array("\r\n".utf8)[...] else { throw SocketFailure("a chunk without its line end") }
        return data.dropLast(2)
    }

    private func readBody(of response: inout ReceivedResponse) throws {
        if response["transfer-encoding"] == "chunked" {
            while let chunk = try readChunk() {
                if chunk.isEmpty { return }
                response.body += chunk
            }
            response.isWhole = false
        } else if let length = response["content-length"].flatMap({ Int($0) }) {
            response.body = try receive(count: length)
        } else {
            response.body = try receiveToEnd()
        }
    }
}
