/// Collects a response head from the lines libcurl hands over: interim heads are dropped, trailers ignored.
struct ResponseHead {
    enum Step {
        case more
        /// The final head is complete.
        case complete
        /// Larger than a head may be.
        case tooLarge
    }

    /// Bound of all head bytes of a response, interim heads and trailers included.
    static let maximumBytes = 256 << 10

    private(set) var status = 0
    private(set) var isComplete = false
    private var lines: [UInt8] = []
    private var received = 0

    /// No byte of an answer has come.
    var isUntouched: Bool { received == 0 }
    var headers: HTTPClientHeaders { HTTPClientHeaders(bytes: lines) }

    /// - Parameter line: one line with its end.
    mutating func receive(_ line: UnsafeRawBufferPointer) -> Step {
        received += line.count
        guard received <= Self.maximumBytes else { return .tooLarge }
        guard !isComplete, let first = unsafe line.first else { return .more }
        if unsafe isStatusLine(line) {
            unsafe begin(line)
            return .more
        }
        if first == UInt8(ascii: "\r") || first == UInt8(ascii: "\n") { return end() }
        if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { unfold() }
        unsafe lines.append(contentsOf: line)
        return .more
    }

    private func isStatusLine(_ line: UnsafeRawBufferPointer) -> Bool {
        // A header name cannot contain a slash.
        unsafe line.count > 5 && line[4] == UInt8(ascii: "/") && line.starts(with: "HTTP/".utf8)
    }

    /// `HTTP/1.1 200 OK`, `HTTP/2 200`: libcurl has checked the form.
    private mutating func begin(_ line: UnsafeRawBufferPointer) {
        lines.removeAll(keepingCapacity: true)
        lines.reserveCapacity(512)
        let code = unsafe line.drop { $0 != 0x20 }.dropFirst().prefix(3)
        status = unsafe code.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    }

    private mutating func end() -> Step {
        if 100..<200 ~= status && status != 101 { return .more }
        isComplete = true
        return .complete
    }

    /// A line that starts with white space continues the one before (RFC 9112, section 5.2).
    private mutating func unfold() {
        while let last = lines.last, last == 0x0D || last == 0x0A { lines.removeLast() }
    }
}
