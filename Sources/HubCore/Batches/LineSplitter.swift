/// Cuts a text that comes in pieces into its lines. Pure.
public struct LineSplitter: Sendable {
    public struct Line: Sendable, Equatable {
        /// From 1; empty lines count and are left out.
        public var number: Int
        /// Without its end.
        public var bytes: [UInt8]
    }

    private let maximumBytes: Int
    private var unfinished: [UInt8] = []
    private var number = 0
    /// A line was longer than it may be: nothing after it is read.
    public private(set) var isTooLong = false

    /// - Parameter maximumBytes: of one line.
    public init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// The lines that end in this piece.
    public mutating func feed(_ piece: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var rest = piece[...]
        while !isTooLong, let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            take(rest[..<end])
            rest = rest[(end + 1)...]
            finish(&lines)
        }
        take(rest)
        return lines
    }

    /// The last line, if nothing ended it.
    public mutating func end() -> [Line] {
        var lines: [Line] = []
        if !unfinished.isEmpty { finish(&lines) }
        return lines
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        guard !isTooLong, unfinished.count + bytes.count <= maximumBytes else {
            isTooLong = true
            return unfinished = []
        }
        unfinished += bytes
    }

    private mutating func finish(_ lines: inout [Line]) {
        guard !isTooLong else { return }
        number += 1
        let isBlank = unfinished.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        if !isBlank { lines.append(Line(number: number, bytes: unfinished)) }
        unfinished = []
    }
}
