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
        /// A body that is not wanted has no end that could be found. Its request was answered: nothing more is to be said.
        case lost
    }

    private enum Phase {
        case head
        case decision(HTTP1RequestHead)
        case length(HTTP1RequestHead, remaining: Int)
        case chunked(HTTP1RequestHead, ChunkedDecoder)
        /// The body of a refused request: up to its end nothing is a request.
        case discardedLength(remaining: Int)
        case discardedChunks(ChunkedDecoder, remaining: Int)
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

    var isDiscardingBody: Bool {
        switch phase {
        case .discardedLength, .discardedChunks: true
        default: false
        }
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
        case .discardedLength(let remaining):
            let taken = min(remaining, rest.count)
            offset += taken
            phase = taken == remaining ? .head : .discardedLength(remaining: remaining - taken)
            return taken == remaining ? next(bytes, &offset) : .needsMore
        case .discardedChunks(let decoder, let remaining):
            return discardChunks(rest, &offset, decoder, remaining) ?? next(bytes, &offset)
        case .decision, .closed:
            return .needsMore
        }
    }

    /// Accepts the body of the head just reported. Returns the request at once if it has none.
    /// - Parameter maximumBytes: of one that comes in chunks; another's length is in its head.
    mutating func readBody(maximumBytes: Int) -> Event {
        guard case .decision(let head) = phase else { preconditionFailure("no head to decide on") }
        switch head.framing {
        case .none:
            return complete(head)
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

    /// The request is refused. Returns whether its connection can go on: only if its body is small enough to be read and
    /// thrown away, and surely comes. A client that waits for 100 may send it or not (RFC 9110 section 10.1.1).
    /// - Parameter maximumBytes: of the body, in chunks with their framing.
    mutating func skipBody(maximumBytes: Int) -> Bool {
        guard case .decision(let head) = phase else { preconditionFailure("no head to decide on") }
        switch head.framing {
        case .none, .length(0): phase = .head
        case _ where head.expectsContinue: phase = .closed
        case .length(let length): phase = length <= maximumBytes ? .discardedLength(remaining: length) : .closed
        case .chunked:
            phase = .discardedChunks(ChunkedDecoder(maximumBytes: maximumBytes), remaining: maximumBytes)
        }
        if case .closed = phase { return false }
        return true
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

    /// Nil at the end of the body.
    private mutating func discardChunks(
        _ rest: UnsafeRawBufferPointer, _ offset: inout Int, _ decoder: ChunkedDecoder, _ remaining: Int
    ) -> Event? {
        var decoder = decoder
        var discarded: [UInt8] = []
        let bytes = UnsafeRawBufferPointer(rebasing: rest[..<min(remaining, rest.count)])
        do throws(HTTP1Error) {
            switch try decoder.decode(bytes, into: &discarded) {
            case .needsMore(let consumed):
                offset += consumed
                phase = consumed < remaining ? .discardedChunks(decoder, remaining: remaining - consumed) : .closed
                return consumed < remaining ? .needsMore : .lost
            case .finished(let consumed):
                offset += consumed
                phase = .head
                return nil
            }
        } catch {
            phase = .closed
            return .lost
        }
    }

    private mutating func complete(_ head: HTTP1RequestHead) -> Event {
        let body = body
        self.body = []
        phase = .head
        return .complete(head, body: body)
    }
}
