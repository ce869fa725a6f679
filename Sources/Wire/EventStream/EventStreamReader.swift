/// Reads AWS's binary event stream in pieces of any size.
///
/// `feed` takes bytes, `next` gives the messages they completed. A message's lengths are believed only when their
/// checksum fits; nothing larger than the bound is held.
public struct EventStreamReader: Sendable {
    private static let preludeBytes = 12
    private static let checksumBytes = 4
    /// Both lengths, their checksum and that of the message.
    private static let smallestMessage = preludeBytes + checksumBytes
    /// AWS's own bound.
    private static let maximumHeaderBytes = 128 << 10

    private let maximumMessageBytes: Int
    private var held: [UInt8] = []
    /// Of `held`: what was read already.
    private var position = 0
    private var failure: EventStreamError?

    /// - Parameter maximumMessageBytes: bound for one message with everything around it.
    public init(maximumMessageBytes: Int = 16 << 20) {
        self.maximumMessageBytes = maximumMessageBytes
    }

    /// Takes the next piece of the stream. Without effect after an error.
    public mutating func feed(_ piece: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        if position > 0 {
            held.removeFirst(position)
            position = 0
        }
        unsafe held.append(contentsOf: piece)
    }

    /// The next complete message, nil when more bytes are needed. After an error every call throws it again.
    public mutating func next() throws(EventStreamError) -> EventStreamMessage? {
        if let failure { throw failure }
        do throws(EventStreamError) {
            return try read()
        } catch {
            failure = error
            held = []
            position = 0
            throw error
        }
    }

    /// Whether the stream stands inside a message: at its end, whether it was cut.
    public var hasPartialMessage: Bool { position < held.count }

    private mutating func read() throws(EventStreamError) -> EventStreamMessage? {
        let rest = held.count - position
        guard rest >= Self.preludeBytes else { return nil }
        let total = Int(word(at: position))
        let headerBytes = Int(word(at: position + 4))
        guard checksum(position..<position + 8) == word(at: position + 8) else { throw .preludeChecksum }
        guard total >= Self.smallestMessage, total <= maximumMessageBytes, headerBytes <= Self.maximumHeaderBytes,
            headerBytes <= total - Self.smallestMessage
        else { throw .length }
        guard rest >= total else { return nil }
        let end = position + total - Self.checksumBytes
        guard checksum(position..<end) == word(at: end) else { throw .messageChecksum }
        let headers = position + Self.preludeBytes
        let message = EventStreamMessage(
            headers: try EventStreamHeaders.read(held.span.extracting(headers..<headers + headerBytes)),
            payload: Array(held[headers + headerBytes..<end]))
        position += total
        return message
    }

    private func checksum(_ range: Range<Int>) -> UInt32 {
        var sum = CRC32()
        sum.update(held.span.extracting(range))
        return sum.value
    }

    private func word(at offset: Int) -> UInt32 {
        held[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
