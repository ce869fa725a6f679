/// Incremental decoder of a chunked body (RFC 9112 §7.1), one per body.
///
/// Lines end in CRLF and nothing else; chunk extensions and trailers are checked, bounded and dropped.
public struct ChunkedDecoder: Sendable {
    public enum Step: Sendable, Equatable {
        /// Every byte given was used.
        case needsMore(consumed: Int)
        /// The body ended after `consumed` bytes; what follows belongs to the next request.
        case finished(consumed: Int)
    }

    private enum State: Sendable {
        case size, extensions, sizeLineFeed
        case data, dataCarriageReturn, dataLineFeed
        case trailer, trailerLineFeed
        case finished
    }

    static let longestSize = 16
    static let longestExtensions = 256
    static let extensionBytesLimit = 16 << 10
    static let trailerBytesLimit = 8 << 10

    private let maximumBytes: Int
    private var state = State.size
    private var decodedBytes = 0
    private var size: UInt64 = 0
    private var sizeDigits = 0
    private var remaining = 0
    private var lineExtensionBytes = 0
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var trailerLine: [UInt8] = []

    /// - Parameter maximumBytes: decoded bytes allowed; a chunk that would pass it is refused with 413 at its size.
    public init(maximumBytes: Int) {
        self.maximumBytes = max(maximumBytes, 0)
    }

    /// Decodes the next bytes of the body and appends what they carry to `body`.
    public mutating func decode(
        _ bytes: UnsafeRawBufferPointer, into body: inout [UInt8]
    ) throws(HTTP1Error) -> Step {
        var offset = 0
        while offset < bytes.count, state != .finished {
            if state == .data {
                let taken = min(remaining, bytes.count - offset)
                unsafe body.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + taken]))
                offset += taken
                takeData(taken)
            } else {
                unsafe try take(bytes[offset])
                offset += 1
            }
        }
        return state == .finished ? .finished(consumed: offset) : .needsMore(consumed: offset)
    }

    private mutating func takeData(_ count: Int) {
        decodedBytes += count
        remaining -= count
        if remaining == 0 { state = .dataCarriageReturn }
    }

    /// Takes one byte of the framing.
    private mutating func take(_ byte: UInt8) throws(HTTP1Error) {
        switch state {
        case .size: try takeSize(byte)
        case .extensions: try takeExtension(byte)
        case .sizeLineFeed:
            try expect(byte, ByteClass.lineFeed, "bare CR in a chunk size line")
            try finishSizeLine()
        case .dataCarriageReturn:
            try expect(byte, ByteClass.carriageReturn, "chunk data longer than its size")
            state = .dataLineFeed
        case .dataLineFeed:
            try expect(byte, ByteClass.lineFeed, "bare CR after chunk data")
            state = .size
        case .trailer: try takeTrailer(byte)
        case .trailerLineFeed:
            try expect(byte, ByteClass.lineFeed, "bare CR in a trailer")
            try finishTrailerLine()
        case .data, .finished: preconditionFailure("no framing byte is due in state \(state)")
        }
    }

    private func expect(_ byte: UInt8, _ expected: UInt8, _ reason: String) throws(HTTP1Error) {
        guard byte == expected else { throw .malformed(reason) }
    }

    private mutating func takeSize(_ byte: UInt8) throws(HTTP1Error) {
        if let digit = Hex.value(of: byte) {
            guard sizeDigits < Self.longestSize else { throw .malformed("chunk size too long") }
            size = size << 4 | UInt64(digit)
            sizeDigits += 1
            return
        }
        guard sizeDigits > 0 else { throw .malformed("chunk size is not a hex number") }
        switch byte {
        case ByteClass.carriageReturn: state = .sizeLineFeed
        case UInt8(ascii: ";"):
            try countExtensionByte()
            state = .extensions
        case ByteClass.lineFeed: throw .malformed("bare LF in a chunk size line")
        default: throw .malformed("chunk size is not a hex number")
        }
    }

    private mutating func takeExtension(_ byte: UInt8) throws(HTTP1Error) {
        if byte == ByteClass.carriageReturn {
            state = .sizeLineFeed
            return
        }
        guard byte != ByteClass.lineFeed else { throw .malformed("bare LF in a chunk size line") }
        guard !ByteClass.isForbiddenControl(byte) else { throw .malformed("control character in a chunk extension") }
        try countExtensionByte()
    }

    private mutating func countExtensionByte() throws(HTTP1Error) {
        lineExtensionBytes += 1
        extensionBytes += 1
        guard lineExtensionBytes <= Self.longestExtensions, extensionBytes <= Self.extensionBytesLimit else {
            throw .malformed("chunk extensions too long")
        }
    }

    private mutating func finishSizeLine() throws(HTTP1Error) {
        // Compared unsigned and before any data is taken: sixteen digits can name more than Int holds.
        guard size <= UInt64(maximumBytes - decodedBytes) else {
            throw HTTP1Error(status: 413, reason: "chunked body larger than the limit")
        }
        remaining = Int(size)
        state = size == 0 ? .trailer : .data
        size = 0
        sizeDigits = 0
        lineExtensionBytes = 0
    }

    private mutating func takeTrailer(_ byte: UInt8) throws(HTTP1Error) {
        trailerBytes += 1
        guard trailerBytes <= Self.trailerBytesLimit else {
            throw HTTP1Error(status: 431, reason: "trailers too large")
        }
        if byte == ByteClass.carriageReturn {
            state = .trailerLineFeed
            return
        }
        guard byte != ByteClass.lineFeed else { throw .malformed("bare LF in a trailer") }
        guard !ByteClass.isForbiddenControl(byte) else { throw .malformed("control character in a trailer") }
        trailerLine.append(byte)
    }

    private mutating func finishTrailerLine() throws(HTTP1Error) {
        guard !trailerLine.isEmpty else {
            state = .finished
            return
        }
        try Self.checkTrailer(trailerLine.span)
        trailerLine.removeAll(keepingCapacity: true)
        state = .trailer
    }

    private static func checkTrailer(_ line: Span<UInt8>) throws(HTTP1Error) {
        let field = try FieldLine.parse(line, in: ByteRange(0, line.count))
        guard !isForbiddenTrailer(line, field.name) else { throw .malformed("field not allowed in a trailer") }
    }

    /// Framing, routing and authentication cannot be changed after the head (RFC 9110 §6.5.1).
    private static func isForbiddenTrailer(_ bytes: Span<UInt8>, _ name: ByteRange) -> Bool {
        bytes.equalsIgnoringCase("content-length", in: name)
            || bytes.equalsIgnoringCase("transfer-encoding", in: name)
            || bytes.equalsIgnoringCase("host", in: name)
            || bytes.equalsIgnoringCase("connection", in: name)
            || bytes.equalsIgnoringCase("trailer", in: name)
            || bytes.equalsIgnoringCase("expect", in: name)
            || bytes.equalsIgnoringCase("authorization", in: name)
            || bytes.equalsIgnoringCase("content-type", in: name)
            || bytes.equalsIgnoringCase("content-encoding", in: name)
    }
}
