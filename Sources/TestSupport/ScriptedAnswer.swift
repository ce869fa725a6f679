/// What a scripted provider does about a request.
public struct ScriptedAnswer: Sendable {
    public enum Framing: Sendable {
        case length
        /// One chunk per piece.
        case chunked
        /// The end of the connection is the end of the body.
        case untilClose
    }

    public enum Ending: Sendable {
        case complete
        /// Closes after so many bytes of the body.
        case close(at: Int)
        /// Resets after so many bytes of the body.
        case reset(at: Int)
        /// Sends no more after so many bytes of the body, until the client closes.
        case silence(at: Int)
        /// Sends this over and over after so many bytes of the body, then the rest.
        case repeating(String, times: Int, at: Int)
        /// As the first three, but not even the head is sent.
        case closeBeforeHead, resetBeforeHead, silenceBeforeHead
    }

    public var status: Int
    /// Without those that frame the body.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    public var framing: Framing
    /// Offsets in the body where a new piece begins, ascending.
    public var splits: [Int] = []
    /// Each piece leaves in a write of its own; else all in one, which a client still sees as several chunks.
    public var writesPieces = true
    public var ending = Ending.complete

    public init(
        status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8], framing: Framing = .length
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.framing = framing
    }

    public static func json(_ text: String, status: Int = 200) -> ScriptedAnswer {
        ScriptedAnswer(status: status, headers: [("content-type", "application/json")], body: Array(text.utf8))
    }

    public static func events(_ text: String) -> ScriptedAnswer {
        ScriptedAnswer(
            headers: [("content-type", "text/event-stream")], body: Array(text.utf8), framing: .chunked)
    }

    /// A stream in AWS's framing.
    public static func frames(_ bytes: [UInt8]) -> ScriptedAnswer {
        ScriptedAnswer(
            headers: [("content-type", "application/vnd.amazon.eventstream")], body: bytes, framing: .chunked)
    }

    /// With the body split at so many places, chosen by `random`.
    public func split(at count: Int, using random: inout some RandomNumberGenerator) -> ScriptedAnswer {
        guard body.count > 1 else { return self }
        var answer = self
        answer.splits = Set((0..<count).map { _ in Int.random(in: 1..<body.count, using: &random) }).sorted()
        return answer
    }

    /// With a piece for every byte.
    public func splitEverywhere() -> ScriptedAnswer {
        guard body.count > 1 else { return self }
        var answer = self
        answer.splits = Array(1..<body.count)
        answer.writesPieces = false
        return answer
    }

    // MARK: On the wire

    func head() -> [UInt8] {
        var text = "HTTP/1.1 \(status) Scripted\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        switch framing {
        case .length: text += "content-length: \(body.count)\r\n"
        case .chunked: text += "transfer-encoding: chunked\r\n"
        case .untilClose: text += "connection: close\r\n"
        }
        return Array((text + "\r\n").utf8)
    }

    /// What comes after the place where the script interrupts the body.
    func rest() -> [UInt8] {
        var end: [UInt8] = []
        if case .chunked = framing { end = Array("0\r\n\r\n".utf8) }
        let start = min(endOffset ?? body.count, body.count)
        return start < body.count ? framed(body[start...]) + end : end
    }

    /// The body up to where the script ends it, each piece as it goes on the wire.
    func pieces() -> [[UInt8]] {
        let end = min(endOffset ?? body.count, body.count)
        let bounds = [0] + splits.filter { $0 < end } + [end]
        var pieces = zip(bounds, bounds.dropFirst()).filter { $0 < $1 }.map { framed(body[$0..<$1]) }
        if case .chunked = framing, endOffset == nil { pieces.append(Array("0\r\n\r\n".utf8)) }
        return writesPieces ? pieces : [Array(pieces.joined())]
    }

    func framed(_ piece: ArraySlice<UInt8>) -> [UInt8] {
        guard case .chunked = framing else { return Array(piece) }
        return Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
    }

    private var endOffset: Int? {
        switch ending {
        case .complete: nil
        case .close(let offset), .reset(let offset), .silence(let offset), .repeating(_, _, let offset): offset
        case .closeBeforeHead, .resetBeforeHead, .silenceBeforeHead: 0
        }
    }

    var sendsHead: Bool {
        switch ending {
        case .closeBeforeHead, .resetBeforeHead, .silenceBeforeHead: false
        default: true
        }
    }
}
