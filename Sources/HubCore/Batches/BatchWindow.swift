/// The hours of a day, in UTC, in which batches run. Pure.
public struct BatchWindow: Sendable, Equatable {
    /// Minutes of the day. An end before the start is on the next day.
    private let start: Int
    private let end: Int

    /// `22:00-06:00`; nil for anything else. Start and end being the same is a whole day.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = Self.minute(parts[0]), let end = Self.minute(parts[1]) else { return nil }
        self.start = start
        self.end = end
    }

    private static func minute(_ text: Substring) -> Int? {
        let digits = Array(text.utf8)
        guard digits.count == 5, digits[2] == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ (0x30...0x39).contains(digits[$0]) }),
            let hour = Int(text.prefix(2)), let minute = Int(text.suffix(2)), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    /// As it was given.
    public var text: String { "\(Self.text(start))-\(Self.text(end))" }

    private static func text(_ minute: Int) -> String {
        let parts = [minute / 60, minute % 60]
        return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    /// - Parameter now: seconds since 1970.
    public func isOpen(at now: Int) -> Bool {
        let minute = now % 86_400 / 60
        if start == end { return true }
        return start < end ? (start..<end).contains(minute) : minute >= start || minute < end
    }
}
