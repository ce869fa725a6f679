internal import Wire

/// One mistake in a catalogue.
public struct CatalogueFault: Equatable, Sendable {
    /// From the root: `models["openai/gpt-5"].prices[0].input`; empty for the file as a whole.
    public let path: String
    public let message: String
}

/// Every mistake of a catalogue, in the order found.
public struct CatalogueFaults: Error, Equatable, Sendable {
    public let faults: [CatalogueFault]
    /// How many more there were beyond those kept.
    public var omitted = 0
}

extension CatalogueReader {
    /// Calls `read` with every member; it says whether it knows the key. Keys that it does not know, that are there
    /// twice, and anything but an object are reported.
    mutating func members(
        _ value: JSONValue, _ path: String,
        _ read: (inout CatalogueReader, String, JSONValue, String) -> Bool
    ) {
        guard value.isObject else { return fail(path, "must be an object") }
        var seen: Set<JSONKey> = []
        for (key, value) in value.members {
            let name = key.string
            let place = path.isEmpty ? name : "\(path).\(name)"
            if !seen.insert(key).inserted {
                fail(place, "is given twice")
            } else if !read(&self, name, value, place) {
                fail(place, "unknown key")
            }
        }
    }

    mutating func elements(
        _ value: JSONValue, _ path: String, limit: Int,
        _ read: (inout CatalogueReader, JSONValue, String) -> Void
    ) {
        guard value.isArray, value.count <= limit else { return fail(path, "must be a list of at most \(limit)") }
        for (index, element) in value.elements.enumerated() { read(&self, element, "\(path)[\(index)]") }
    }

    mutating func count(_ value: JSONValue, _ path: String) -> Int? {
        guard let count = value.int, (1...1_000_000_000).contains(count) else {
            fail(path, "must be an integer 1..1000000000")
            return nil
        }
        return count
    }

    mutating func bool(_ value: JSONValue, _ path: String) -> Bool? {
        if value.bool == nil { fail(path, "must be true or false") }
        return value.bool
    }

    mutating func day(_ value: JSONValue, _ path: String) -> CalendarDay? {
        let day = value.string.flatMap { CalendarDay($0) }
        if day == nil { fail(path, "must be a day such as 2026-09-01") }
        return day
    }

    mutating func text(_ value: JSONValue, _ path: String) -> String? {
        guard let text = value.string, (1...256).contains(text.utf8.count) else {
            fail(path, "must be a string of 1..256 bytes")
            return nil
        }
        return text
    }

    /// The only value there is beside none.
    mutating func isWord(_ word: StaticString, _ value: JSONValue, _ path: String) -> Bool {
        if !value.equals(word) { fail(path, "must be \(word)") }
        return value.equals(word)
    }

    mutating func words(_ value: JSONValue, _ path: String) -> [String] {
        var words: [String] = []
        elements(value, path, limit: 50) { reader, value, path in
            if let word = reader.text(value, path) { words.append(word) }
        }
        return words
    }
}
