import CYAML

/// libyaml's events as Swift values.
final class YAMLEventReader {
    struct Event {
        let kind: hub_yaml_kind
        /// A scalar's text or an error's message.
        let text: String
        let tag: String?
        let isPlain: Bool
        let hasAnchor: Bool
        let line: Int
        let column: Int
    }

    private let reader: OpaquePointer

    /// Copies `bytes`. Nil when memory is out.
    init?(_ bytes: [UInt8]) {
        guard let reader = hub_yaml_open(bytes, bytes.count) else { return nil }
        self.reader = reader
    }

    deinit {
        hub_yaml_close(reader)
    }

    /// The next event; the last one again after the end or an error.
    func next() -> Event {
        var event = hub_yaml_event()
        hub_yaml_next(reader, &event)
        let text = UnsafeRawBufferPointer(start: event.text, count: event.text == nil ? 0 : event.text_length)
        return Event(
            kind: event.kind, text: String(decoding: text, as: UTF8.self),
            tag: event.tag.map { String(cString: $0) }, isPlain: event.is_plain, hasAnchor: event.has_anchor,
            line: Int(event.line), column: Int(event.column))
    }
}
