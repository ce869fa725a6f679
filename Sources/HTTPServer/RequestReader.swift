internal import Wire

/// Turns the bytes of a connection into requests, one at a time. Pure.
struct RequestReader {
    enum Event {
        /// Everything given was taken or waits for more: nothing to do.
        case needsMore
        /// A head is complete. Answer with `readBody` or `skipBody`.
        case head(HTTP1RequestHead)
        /// The body is complete.
        case complete(HTTP1RequestHead, body: [UInt8])
        case malformed(HTTP1Error, HTTP1RequestHead?)
    }

    private enum Phase {
        case head
        case decision(HTTP1RequestHead)
        case length(HTTP1RequestHead, remaining: Int)
        case chunked(HTTP1RequestHead, ChunkedDecoder)
        /// Nothing more is read from this connection.
        case closed
    }

    private var parser: HTTP1RequestParser
    private var phase = Phase.head
    private var body: [UInt8] = []
    /// Bodies up to this are reserved at once; larger ones grow as they come.
    private static let reservedBytes = 1 << 20

    init(limits: HTTP1Limits) {
        parser = HTTP1RequestParser(limits: limits)
    }

    var isReadingBody: Bool {
        switch phase {
        case .length, .chunked: true
        default: false
        }
    }

    /// Reads on from `bytes[offset...]` and moves `offset` past what it took.
    mutating func next(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> Event {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        switch phase {
        case .head:
            return readHead(rest, &offset)
        case .length(let head, let remaining):
            let taken = min(remaining, rest.count)
            body.append(contentsOf: rest[..<taken])
            offset += taken
            if taken == remaining { return complete(head) }
            phase = .length(head, remaining: remaining - taken)
            return .needsMore
        case .chunked(let head, let decoder):
            return readChunks(rest, &offset, head, decoder)
        case .decision, .closed:
            return .needsMore
        }
    }

    /// Accepts the body of the head just reported. Returns the request at once if it has none.
    mutating func readBody(maximumBytes: Int) -> Event {
        guard case .decision(let head) = phase else { preconditionFailure("no head to decide on") }
        switch head.framing {
        case .none:
            return complete(head)
        case .length(let length) where length > maximumBytes:
            phase = .closed
            return .malformed(Self.tooLarge(maximumBytes), head)
        case .length(0):
            return complete(head)
        case .length(let length):
            body.reserveCapacity(min(length, Self.reservedBytes))
            phase = .length(head, remaining: length)
        case .chunked:
            phase = .chunked(head, ChunkedDecoder(maximumBytes: maximumBytes))
        }
        return .needsMore
    }

    /// The request is refused. Returns whether its connection can go on: only if no body is under way.
    mutating func skipBody() -> Bool {
        guard case .decision(let head) = phase else { preconditionFailure("no head to decide on") }
        let canGoOn = head.framing == .none || head.framing == .length(0)
        phase = canGoOn ? .head : .closed
        return canGoOn
    }

    private mutating func readHead(_ rest: UnsafeRawBufferPointer, _ offset: inout Int) -> Event {
        do throws(HTTP1Error) {
            switch try parser.parse(rest) {
            case .needsMore:
                return .needsMore
            case .head(let head, let consumed):
                parser.reset()
                offset += consumed
                phase = .decision(head)
                return .head(head)
            }
        } catch {
            phase = .closed
            return .malformed(error, nil)
        }
    }

    private mutating func readChunks(
        _ rest: UnsafeRawBufferPointer, _ offset: inout Int, _ head: HTTP1RequestHead, _ decoder: ChunkedDecoder
    ) -> Event {
        var decoder = decoder
        do throws(HTTP1Error) {
            switch try decoder.decode(rest, into: &body) {
            case .needsMore(let consumed):
                offset += consumed
                phase = .chunked(head, decoder)
                return .needsMore
            case .finished(let consumed):
                offset += consumed
                return complete(head)
            }
        } catch {
            phase = .closed
            return .malformed(error, head)
        }
    }

    private mutating func complete(_ head: HTTP1RequestHead) -> Event {
        let body = body
        self.body = []
        phase = .head
        return .complete(head, body: body)
    }

    private static func tooLarge(_ maximum: Int) -> HTTP1Error {
        HTTP1Error(status: 413, reason: "the body is larger than \(maximum) bytes")
    }
}
