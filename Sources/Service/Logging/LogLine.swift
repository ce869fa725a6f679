internal import Wire

/// One log line: JSON for collectors, or plain text for people.
struct LogLine {
    private var writer = JSONWriter(reserving: 512)
    private var text: [UInt8] = []
    private let format: LogFormat

    init(_ level: LogLevel, _ event: StaticString, wallNanoseconds: UInt64, format: LogFormat) {
        self.format = format
        switch format {
        case .json:
            writer.beginObject()
            writer.member("ts", RFC3339.text(nanosecondsSince1970: Int(clamping: wallNanoseconds)))
            writer.member("level", level.rawValue)
            writer.member("event", event)
        case .text:
            RFC3339.append(nanosecondsSince1970: Int(clamping: wallNanoseconds), to: &text)
            text.append(utf8: " \(level.rawValue) \(event)")
        }
    }

    mutating func add(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        switch format {
        case .json: writer.member(name, value)
        case .text: text.append(utf8: " \(name)=\(Self.onOneLine(value))")
        }
    }

    mutating func add(_ name: StaticString, _ value: Int) {
        switch format {
        case .json: writer.member(name, value)
        case .text: text.append(utf8: " \(name)=\(value)")
        }
    }

    /// Milliseconds with three decimals.
    mutating func add(_ name: StaticString, nanoseconds: UInt64) {
        let milliseconds = Double(nanoseconds / 1000) / 1000
        switch format {
        case .json: writer.member(name, milliseconds)
        case .text: text.append(utf8: " \(name)=\(milliseconds)")
        }
    }

    /// With its line end.
    consuming func finish(into out: inout [UInt8]) {
        switch format {
        case .json:
            writer.endObject()
            out += writer.bytes
        case .text:
            out += text
        }
        out.append(0x0a)
    }

    /// A value from outside must not begin a line of its own.
    private static func onOneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x22 || $0 == 0x7f }) else { return text }
        var writer = JSONWriter(reserving: text.utf8.count + 8)
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
