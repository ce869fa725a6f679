internal import Wire

/// Reads fields of a request object and refuses wrong types by name.
struct FieldReader {
    let object: JSONValue
    /// Where the object is in the body: empty, or `routing.`.
    private let prefix: String

    init(_ object: JSONValue, prefix: String = "") throws(HubError) {
        guard object.isObject else {
            throw HubError(.invalidRequest, "the body must be a JSON object")
        }
        self.object = object
        self.prefix = prefix
    }

    /// Fields that decide where a call goes must not be there twice: readers would disagree.
    func refuseDuplicates(_ names: [StaticString]) throws(HubError) {
        guard let name = object.duplicateKeys(among: names).first else { return }
        throw HubError(.invalidRequest, "\(name) is given more than once", parameter: "\(name)")
    }

    /// Null counts as absent.
    func value(_ name: StaticString) -> JSONValue? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    func string(_ name: StaticString, maximumLength: Int) throws(HubError) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.string else { throw .validation(prefix + "\(name)", "must be a string") }
        guard text.utf8.count <= maximumLength || text.unicodeScalars.count <= maximumLength else {
            throw .validation(prefix + "\(name)", "must have at most \(maximumLength) characters")
        }
        return text
    }

    func requiredString(_ name: StaticString, maximumLength: Int) throws(HubError) -> String {
        guard let text = try string(name, maximumLength: maximumLength) else {
            throw .validation(prefix + "\(name)", "is required")
        }
        guard !text.isEmpty else { throw .validation(prefix + "\(name)", "must not be empty") }
        return text
    }

    func bool(_ name: StaticString) throws(HubError) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let bool = value.bool else { throw .validation(prefix + "\(name)", "must be true or false") }
        return bool
    }

    func integer(_ name: StaticString, in range: ClosedRange<Int>) throws(HubError) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.int else { throw .validation(prefix + "\(name)", "must be an integer") }
        guard range.contains(number) else {
            throw .validation(prefix + "\(name)", Self.bounds(range))
        }
        return number
    }

    func number(_ name: StaticString, in range: ClosedRange<Double>) throws(HubError) {
        guard let value = value(name) else { return }
        guard let number = value.double else { throw .validation(prefix + "\(name)", "must be a number") }
        guard range.contains(number) else {
            throw .validation(
                prefix + "\(name)", "must be \(Self.plain(range.lowerBound))..\(Self.plain(range.upperBound))")
        }
    }

    func object(_ name: StaticString) throws(HubError) -> JSONValue? {
        guard let value = value(name) else { return nil }
        guard value.isObject else { throw .validation(prefix + "\(name)", "must be an object") }
        return value
    }

    func array(_ name: StaticString, counts: ClosedRange<Int>) throws(HubError) -> JSONValue? {
        guard let value = value(name) else { return nil }
        guard value.isArray else { throw .validation(prefix + "\(name)", "must be an array") }
        guard counts.contains(value.count) else {
            throw .validation(prefix + "\(name)", "must have \(counts.lowerBound)..\(counts.upperBound) items")
        }
        return value
    }

    /// `stream_options.include_usage`; nil where it is not given.
    func includesUsage() throws(HubError) -> Bool? {
        guard let options = try object("stream_options") else { return nil }
        return try FieldReader(options, prefix: "stream_options.").bool("include_usage")
    }

    private static func bounds(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "must be at least \(range.lowerBound)" : "must be \(range.lowerBound)..\(range.upperBound)"
    }

    private static func plain(_ number: Double) -> String {
        number == number.rounded() ? String(Int(number)) : String(number)
    }
}
