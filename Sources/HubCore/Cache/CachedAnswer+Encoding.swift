internal import Dialects
internal import Wire

/// How an answer is kept outside this process: lengths before bytes, integers little-endian. The first bytes name the
/// version; what another version wrote, or what is damaged, is a miss.
extension CachedAnswer {
    private static let mark = Array("HUBC1".utf8)

    var encoded: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(byteCount + 128)
        out += Self.mark
        out.appendField(dialect.rawValue)
        out.append(isStream ? 1 : 0)
        out.appendField(facts.provider)
        out.appendField(facts.model)
        out.appendField(facts.servedModel ?? "")
        out.appendInteger(facts.storedAt)
        out.append(facts.usage)
        out.appendList(facts.finishReasons)
        out.appendList(facts.droppedParameters)
        out.appendInteger(UInt64(pieces.count))
        for piece in pieces {
            out.appendInteger(UInt64(piece.choice))
            out.append((piece.hasPayload ? 1 : 0) | (piece.hasChoices ? 2 : 0))
            out.append(piece.usage)
            out.appendField(piece.finishReason ?? "")
            out.appendField(piece.json)
        }
        return out
    }

    /// Nil for what cannot be read.
    convenience init?(encoded bytes: [UInt8]) {
        guard bytes.starts(with: Self.mark) else { return nil }
        var reader = FieldDecoder(bytes[Self.mark.count...])
        guard let dialect = reader.text().flatMap(WireDialect.init), let kind = reader.byte(), kind < 2,
            let provider = reader.text(), let model = reader.text(), let served = reader.text(),
            let storedAt = reader.integer()
        else { return nil }
        let usage = reader.usage()
        guard let finishReasons = reader.list(), let dropped = reader.list(), let count = reader.integer(),
            count <= UInt64(bytes.count)
        else { return nil }
        var pieces: [Piece] = []
        for _ in 0..<count {
            guard let choice = reader.integer(), choice < 1024, let flags = reader.byte(), flags < 4 else { return nil }
            let usage = reader.usage()
            guard let finish = reader.text(), let json = reader.field() else { return nil }
            pieces.append(
                Piece(
                    json: json, choice: Int(choice), hasPayload: flags & 1 == 1, hasChoices: flags & 2 == 2,
                    usage: usage, finishReason: finish.isEmpty ? nil : finish))
        }
        guard reader.isAtEnd, !pieces.isEmpty else { return nil }
        self.init(
            dialect: dialect, isStream: kind == 1, pieces: pieces,
            facts: Facts(
                provider: provider, model: model, usage: usage, servedModel: served.isEmpty ? nil : served,
                finishReasons: finishReasons, droppedParameters: dropped, storedAt: storedAt))
    }
}

extension [UInt8] {
    fileprivate mutating func appendInteger(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }

    fileprivate mutating func appendField(_ bytes: some Collection<UInt8>) {
        appendInteger(UInt64(bytes.count))
        append(contentsOf: bytes)
    }

    fileprivate mutating func appendField(_ text: String) { appendField(Array(text.utf8)) }

    fileprivate mutating func appendList(_ texts: [String]) {
        appendInteger(UInt64(texts.count))
        for text in texts { appendField(text) }
    }

    fileprivate mutating func append(_ usage: TokenUsage?) {
        append(usage == nil ? 0 : 1)
        guard let usage else { return }
        for count in usage.counts { appendInteger(UInt64(bitPattern: Int64(count))) }
    }
}

/// Reads what was written field by field; nil where it ends too early.
private struct FieldDecoder {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }

    mutating func byte() -> UInt8? {
        guard position < bytes.endIndex else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func integer() -> UInt64? {
        guard bytes.endIndex - position >= 8 else { return nil }
        var value: UInt64 = 0
        for offset in 0..<8 { value |= UInt64(bytes[position + offset]) << UInt64(8 * offset) }
        position += 8
        return value
    }

    mutating func field() -> [UInt8]? {
        guard let count = integer(), count <= UInt64(bytes.endIndex - position) else { return nil }
        defer { position += Int(count) }
        return Array(bytes[position..<position + Int(count)])
    }

    mutating func text() -> String? {
        field().flatMap { String(validating: $0, as: UTF8.self) }
    }

    mutating func list() -> [String]? {
        guard let count = integer(), count <= 1024 else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = text() else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// Nil also where there is none.
    mutating func usage() -> TokenUsage? {
        guard byte() == 1 else { return nil }
        var counts: [Int] = []
        for _ in 0..<8 { counts.append(Int(clamping: Int64(bitPattern: integer() ?? 0))) }
        return TokenUsage(counts)
    }
}

extension TokenUsage {
    fileprivate var counts: [Int] {
        [input, cacheRead, cacheWrite, cacheWriteHour, output, reasoning, audioInput, audioOutput]
    }

    fileprivate init(_ counts: [Int]) {
        self.init(
            input: counts[0], cacheRead: counts[1], cacheWrite: counts[2], cacheWriteHour: counts[3],
            output: counts[4], reasoning: counts[5], audioInput: counts[6], audioOutput: counts[7])
    }
}
