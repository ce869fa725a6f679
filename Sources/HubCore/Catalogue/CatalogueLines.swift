/// Finds models in the lines of a catalogue: `"vendor/model":{...}`, in the order of the names' bytes.
enum CatalogueLines {
    /// The object of `vendor/model` as JSON, or nil.
    static func value(of model: Span<UInt8>, at vendor: Span<UInt8>, in lines: Span<UInt8>) -> [UInt8]? {
        let start = firstLine(notBefore: vendor, model, in: lines)
        guard start < lines.count, order(ofLineAt: start, vendor, model, in: lines) == 0 else { return nil }
        return value(ofLineAt: start, in: lines)
    }

    /// The names of a vendor's models, in order, without the vendor's.
    static func models(at vendor: Span<UInt8>, in lines: Span<UInt8>) -> [String] {
        var names: [String] = []
        let none: [UInt8] = []
        var start = firstLine(notBefore: vendor, none.span, in: lines)
        while start < lines.count {
            let name = nameRange(ofLineAt: start, in: lines)
            let prefix = vendor.count + 1
            guard name.count > prefix, hasVendor(vendor, name, in: lines) else { break }
            names.append(text(lines, (name.lowerBound + prefix)..<name.upperBound))
            start = lineEnd(from: start, in: lines) + 1
        }
        return names
    }

    // MARK: Halving

    /// Where the first line starts whose name is `vendor/model` or comes after it; the end if none does.
    private static func firstLine(
        notBefore vendor: Span<UInt8>, _ model: Span<UInt8>, in lines: Span<UInt8>
    ) -> Int {
        var low = 0
        var high = lines.count
        while low < high {
            let start = lineStart(from: low + (high - low) / 2, notBefore: low, in: lines)
            if order(ofLineAt: start, vendor, model, in: lines) < 0 {
                low = min(lineEnd(from: start, in: lines) + 1, high)
            } else {
                high = start
            }
        }
        return low
    }

    private static func lineStart(from offset: Int, notBefore low: Int, in lines: Span<UInt8>) -> Int {
        var start = offset
        while start > low, lines[start - 1] != newline { start -= 1 }
        return start
    }

    private static func lineEnd(from offset: Int, in lines: Span<UInt8>) -> Int {
        var end = offset
        while end < lines.count, lines[end] != newline { end += 1 }
        return end
    }

    // MARK: One line

    /// Between the first two quotes. Names hold no quotes and no escapes.
    private static func nameRange(ofLineAt start: Int, in lines: Span<UInt8>) -> Range<Int> {
        var end = start + 1
        while end < lines.count, lines[end] != quote, lines[end] != newline { end += 1 }
        return min(start + 1, end)..<end
    }

    /// From after the colon to the end, without the comma between two lines.
    private static func value(ofLineAt start: Int, in lines: Span<UInt8>) -> [UInt8] {
        let first = nameRange(ofLineAt: start, in: lines).upperBound + 2
        var end = lineEnd(from: start, in: lines)
        if end > first, lines[end - 1] == UInt8(ascii: ",") { end -= 1 }
        return first < end ? (first..<end).map { lines[$0] } : []
    }

    /// Below 0 if the line's name comes before `vendor/model`, 0 if it is that, above 0 if it comes after it.
    private static func order(
        ofLineAt start: Int, _ vendor: Span<UInt8>, _ model: Span<UInt8>, in lines: Span<UInt8>
    ) -> Int {
        let name = nameRange(ofLineAt: start, in: lines)
        let length = vendor.count + 1 + model.count
        for offset in 0..<min(name.count, length) {
            let wanted =
                offset < vendor.count
                ? vendor[offset] : offset == vendor.count ? UInt8(ascii: "/") : model[offset - vendor.count - 1]
            let found = lines[name.lowerBound + offset]
            if found != wanted { return found < wanted ? -1 : 1 }
        }
        return name.count - length
    }

    private static func hasVendor(_ vendor: Span<UInt8>, _ name: Range<Int>, in lines: Span<UInt8>) -> Bool {
        for offset in 0..<vendor.count where lines[name.lowerBound + offset] != vendor[offset] { return false }
        return lines[name.lowerBound + vendor.count] == UInt8(ascii: "/")
    }

    private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.map { bytes[$0] }, as: UTF8.self)
    }

    private static let newline = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")
}
