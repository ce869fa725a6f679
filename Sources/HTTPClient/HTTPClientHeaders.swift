/// The fields of a response head, kept as the bytes received and searched on demand.
public struct HTTPClientHeaders: Sendable {
    /// Lines `Name: value` ended by CR LF or LF, without status line and empty line.
    private let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// From names and values, for stand-ins of a provider.
    public init(_ fields: [(name: String, value: String)] = []) {
        bytes = fields.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
    }

    /// The first value of that name, in any case, without surrounding white space.
    public subscript(name: String) -> String? {
        var start = 0
        while let line = nextLine(&start) {
            if let value = value(of: line, named: name.utf8) { return text(value) }
        }
        return nil
    }

    /// All values of that name in the order received.
    public func values(of name: String) -> [String] {
        var values: [String] = []
        var start = 0
        while let line = nextLine(&start) {
            if let value = value(of: line, named: name.utf8) { values.append(text(value)) }
        }
        return values
    }

    /// All fields in the order received, names as received.
    public var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        var start = 0
        while let line = nextLine(&start) {
            guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")) else { continue }
            fields.append((text(line.lowerBound..<colon), text(trimmed(colon + 1..<line.upperBound))))
        }
        return fields
    }

    /// Fields whose names begin with one of these, in lower case: names as received.
    public func fields(withPrefixes prefixes: [String]) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        var start = 0
        while let line = nextLine(&start) {
            guard prefixes.contains(where: { begins(line, with: $0.utf8) }),
                let colon = bytes[line].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            fields.append((text(line.lowerBound..<colon), text(trimmed(colon + 1..<line.upperBound))))
        }
        return fields
    }

    private func begins(_ line: Range<Int>, with prefix: String.UTF8View) -> Bool {
        var index = line.lowerBound
        for byte in prefix {
            guard index < line.upperBound, lowercased(bytes[index]) == byte else { return false }
            index += 1
        }
        return true
    }

    private func nextLine(_ start: inout Int) -> Range<Int>? {
        guard start < bytes.count else { return nil }
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        defer { start = end + 1 }
        return start..<end
    }

    private func value(of line: Range<Int>, named name: String.UTF8View) -> Range<Int>? {
        var index = line.lowerBound
        for byte in name {
            guard index < line.upperBound, lowercased(bytes[index]) == lowercased(byte) else { return nil }
            index += 1
        }
        guard index < line.upperBound, bytes[index] == UInt8(ascii: ":") else { return nil }
        return trimmed(index + 1..<line.upperBound)
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start] <= 0x20 { start += 1 }
        while end > start, bytes[end - 1] <= 0x20 { end -= 1 }
        return start..<end
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}
