/// One server-sent event (WHATWG HTML, section 9.2).
public struct SSEEvent: Sendable, Equatable {
    /// The `event` field, `message` without one.
    public var type: String
    /// The `data` lines joined by line feeds, as they came: whether they are valid UTF-8 is not checked.
    public var data: [UInt8]
    /// The last `id` of the stream so far, nil before the first.
    public var lastEventID: String?

    public init(type: String = "message", data: [UInt8], lastEventID: String? = nil) {
        self.type = type
        self.data = data
        self.lastEventID = lastEventID
    }
}

public enum SSEError: Error, Sendable, Equatable {
    /// A line or the data of one event is larger than the reader was told to keep.
    case eventTooLarge
}
