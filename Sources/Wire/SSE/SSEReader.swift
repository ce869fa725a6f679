/// Reads a server-sent event stream in pieces of any size, by the rules of WHATWG HTML, section 9.2.6.
///
/// `feed` takes bytes, `next` gives the events they completed. Data is copied once, from the piece to its event; only a
/// line cut by the end of a piece is held in between. Nothing grows past the bound given at the start.
public struct SSEReader: Sendable {
    private static let strayTextBound = 64 << 10
    private static let keptLineCapacity = 16 << 10

    /// What the stream last asked for as reconnection time, in milliseconds.
    public private(set) var retry: Int?
    /// The last `id` that took effect, nil before the first.
    public private(set) var lastEventID: String?
    /// Comment lines seen; servers send them to keep a connection alive.
    public private(set) var commentCount = 0
    /// Lines that are no known field, the first 64 KiB of them, each ended by a line feed. Some providers send an error
    /// as bare JSON in the middle of a stream.
    public private(set) var strayText: [UInt8] = []

    private let maximumEventBytes: Int
    private var block = SSEBlock()
    private var completed = SSEEventQueue()
    /// The start of a line whose end has not come yet.
    private var heldLine: [UInt8] = []
    private var isFirstLine = true
    private var endedInCarriageReturn = false
    private var hasOverflowed = false

    /// - Parameter maximumEventBytes: bound for the data of one event and for the length of any line.
    public init(maximumEventBytes: Int = 4 << 20) {
        self.maximumEventBytes = maximumEventBytes
    }

    /// Takes the next piece of the stream. Without effect after an event that was too large.
    public mutating func feed(_ piece: UnsafeRawBufferPointer) {
        guard !hasOverflowed, let last = unsafe piece.last else { return }
        var scanner = unsafe SSELineScanner(piece, followsCarriageReturn: endedInCarriageReturn)
        endedInCarriageReturn = last == UInt8(ascii: "\r")
        while !hasOverflowed, let end = unsafe scanner.next() {
            unsafe completeLine(with: end)
        }
        unsafe hold(scanner.rest)
    }

    /// The next complete event, nil when more bytes are needed. Events completed before one that is too large are
    /// still given; from then on every call throws.
    public mutating func next() throws(SSEError) -> SSEEvent? {
        if let event = completed.popFirst() { return event }
        if hasOverflowed { throw .eventTooLarge }
        return nil
    }

    // MARK: End of stream

    /// Whether the stream stands inside an event: a line without its end or fields without the blank line after them.
    /// At the end of a stream the standard discards these.
    public var hasPartialEvent: Bool { !heldLine.isEmpty || !block.isEmpty }

    /// Ends the stream: a last line without its end is taken as complete.
    public mutating func finish() {
        if !heldLine.isEmpty { unsafe completeLine(with: UnsafeRawBufferPointer(start: nil, count: 0)) }
    }

    /// The event the stream ended in, for providers that leave out the last blank line. Nil without data.
    public mutating func takePartialEvent() -> SSEEvent? {
        finish()
        return hasOverflowed ? nil : endBlock()
    }

    // MARK: Lines

    private mutating func hold(_ start: UnsafeRawBufferPointer) {
        guard !hasOverflowed, start.count > 0 else { return }
        guard heldLine.count + start.count <= maximumEventBytes else { return overflow() }
        unsafe heldLine.append(contentsOf: start)
    }

    private mutating func completeLine(with end: UnsafeRawBufferPointer) {
        guard heldLine.count + end.count <= maximumEventBytes else { return overflow() }
        guard !heldLine.isEmpty else { return unsafe take(line: end) }
        var line: [UInt8] = []
        swap(&line, &heldLine)
        unsafe line.append(contentsOf: end)
        unsafe line.span.bytes.withUnsafeBytes { unsafe take(line: $0) }
        // The next cut line uses the room again, unless it is too much to keep for the life of a stream.
        guard line.capacity <= Self.keptLineCapacity else { return }
        line.removeAll(keepingCapacity: true)
        heldLine = line
    }

    private mutating func take(line: UnsafeRawBufferPointer) {
        var line = unsafe line
        if isFirstLine {
            isFirstLine = false
            if unsafe line.starts(with: [0xEF, 0xBB, 0xBF]) {
                unsafe line = UnsafeRawBufferPointer(rebasing: line[3...])
            }
        }
        guard let first = unsafe line.first else {
            if let event = endBlock() { completed.append(event) }
            return
        }
        if first == UInt8(ascii: ":") {
            commentCount += 1
        } else {
            unsafe take(field: SSEField(line), line: line)
        }
    }

    private mutating func take(field: SSEField, line: UnsafeRawBufferPointer) {
        switch field.name {
        case .data:
            guard unsafe block.data.count + field.value.count <= maximumEventBytes else { return overflow() }
            unsafe block.append(data: field.value)
        case .event: unsafe block.set(type: field.value)
        case .id: unsafe block.set(id: field.value)
        case .retry: retry = field.decimal ?? retry
        case nil: unsafe keepStray(line)
        }
    }

    private mutating func endBlock() -> SSEEvent? {
        defer { block.reset() }
        if let id = block.id { lastEventID = id }
        return block.hasData ? SSEEvent(type: block.type, data: block.data, lastEventID: lastEventID) : nil
    }

    private mutating func keepStray(_ line: UnsafeRawBufferPointer) {
        let room = Self.strayTextBound - strayText.count
        guard room > 0 else { return }
        unsafe strayText.append(contentsOf: line.prefix(room - 1))
        strayText.append(UInt8(ascii: "\n"))
    }

    private mutating func overflow() {
        hasOverflowed = true
        heldLine = []
        block.reset()
    }
}
