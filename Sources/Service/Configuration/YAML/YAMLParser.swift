import CYAML

/// Reads one YAML (or JSON) document into nodes.
///
/// Anchors, aliases, tags and further documents are refused: configuration needs none of them, and aliases make a
/// small file large.
struct YAMLParser {
    static let maximumDepth = 64
    static let maximumBytes = 1 << 20

    private let events: YAMLEventReader
    private let file: String
    /// Mistakes that do not end the parse.
    private var duplicates: [ConfigurationDiagnostic] = []

    /// The document's root mapping (an empty one for an empty file), or every mistake found.
    static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationErrors) -> YAMLNode {
        let start = ConfigurationOrigin.file(file, line: 1, column: 1)
        guard bytes.count <= maximumBytes else {
            throw .one(start, "is larger than \(maximumBytes) bytes")
        }
        guard let events = YAMLEventReader(bytes) else { throw .one(start, "cannot be parsed: out of memory") }
        var parser = YAMLParser(events: events, file: file)
        let root: YAMLNode
        do {
            root = try parser.document()
        } catch {
            throw ConfigurationErrors(diagnostics: parser.duplicates + [error])
        }
        guard parser.duplicates.isEmpty else { throw ConfigurationErrors(diagnostics: parser.duplicates) }
        return root
    }

    private init(events: YAMLEventReader, file: String) {
        self.events = events
        self.file = file
    }

    private mutating func document() throws(ConfigurationDiagnostic) -> YAMLNode {
        let first = try next()
        guard first.kind == HUB_YAML_DOCUMENT_START else {
            return YAMLNode(content: .mapping([]), origin: origin(of: first))
        }
        let event = try next()
        let root = try node(event, depth: 1)
        _ = try next()
        let after = try next()
        guard after.kind == HUB_YAML_END else { throw failure(after, "only one document is read; remove this one") }
        guard case .mapping = root.content else { throw failure(event, "must be a map of keys") }
        return root
    }

    private mutating func node(_ event: YAMLEventReader.Event, depth: Int) throws(ConfigurationDiagnostic) -> YAMLNode {
        guard depth <= Self.maximumDepth else { throw failure(event, "is nested deeper than \(Self.maximumDepth)") }
        guard event.kind != HUB_YAML_ALIAS, !event.hasAnchor else {
            throw failure(event, "anchors and aliases are not supported; write the value out")
        }
        let isString = event.tag == "tag:yaml.org,2002:str" || event.tag == "!"
        guard event.tag == nil || (isString && event.kind == HUB_YAML_SCALAR) else {
            throw failure(event, "tags are not supported; remove it")
        }
        switch event.kind {
        case HUB_YAML_SCALAR:
            let style: YAMLScalar.Style = event.isPlain && !isString ? .plain : .quoted
            return YAMLNode(content: .scalar(YAMLScalar(text: event.text, style: style)), origin: origin(of: event))
        case HUB_YAML_SEQUENCE_START:
            return YAMLNode(content: .sequence(try sequence(depth: depth)), origin: origin(of: event))
        default:
            return YAMLNode(content: .mapping(try mapping(depth: depth)), origin: origin(of: event))
        }
    }

    private mutating func sequence(depth: Int) throws(ConfigurationDiagnostic) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try next()
            if event.kind == HUB_YAML_SEQUENCE_END { return items }
            items.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func mapping(depth: Int) throws(ConfigurationDiagnostic) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var seen: Set<String> = []
        while true {
            let event = try next()
            if event.kind == HUB_YAML_MAPPING_END { return entries }
            guard case .scalar(let key) = try node(event, depth: depth + 1).content else {
                throw failure(event, "a key must be plain text")
            }
            let value = try node(try next(), depth: depth + 1)
            if seen.insert(key.text).inserted {
                entries.append(YAMLEntry(key: key.text, keyOrigin: origin(of: event), value: value))
            } else {
                duplicates.append(failure(event, "the key \(key.text.quotedForMessage) is here twice"))
            }
        }
    }

    private func next() throws(ConfigurationDiagnostic) -> YAMLEventReader.Event {
        let event = events.next()
        guard event.kind != HUB_YAML_ERROR else { throw failure(event, "not valid YAML: \(event.text)") }
        return event
    }

    private func origin(of event: YAMLEventReader.Event) -> ConfigurationOrigin {
        .file(file, line: event.line, column: event.column)
    }

    private func failure(_ event: YAMLEventReader.Event, _ message: String) -> ConfigurationDiagnostic {
        ConfigurationDiagnostic(origin: origin(of: event), path: "", message: message)
    }
}

extension ConfigurationErrors {
    /// A failure of the whole file.
    static func one(_ origin: ConfigurationOrigin, _ message: String) -> ConfigurationErrors {
        ConfigurationErrors(diagnostics: [ConfigurationDiagnostic(origin: origin, path: "", message: message)])
    }
}

extension String {
    /// In quotes for a message: at most 64 characters, control characters escaped.
    var quotedForMessage: String {
        let visible = prefix(64).unicodeScalars.map {
            $0.value < 32 || $0.value == 127 ? $0.escaped(asASCII: true) : String($0)
        }
        return "\"\(visible.joined())\(count > 64 ? "..." : "")\""
    }
}
