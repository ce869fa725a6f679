/// The URL of a store or bus: any scheme, possibly with a password, which is never shown.
struct ConnectionURL: Sendable, Equatable {
    let text: String
    let scheme: String

    /// Nil unless `text` begins with one of `schemes`.
    init?(_ text: String, schemes: [String]) {
        let scheme = String(text.prefix { $0 != ":" })
        guard schemes.contains(scheme), text.utf8.count > scheme.utf8.count + 1, !text.hasControlCharacters else {
            return nil
        }
        self.text = text
        self.scheme = scheme
    }

    /// For URLs known when compiling.
    init(checked text: StaticString, scheme: StaticString) {
        self.text = text.description
        self.scheme = scheme.description
    }

    /// User and password replaced, and the query, where passwords also travel, dropped.
    var redacted: String {
        let withoutQuery = text.prefix { $0 != "?" }
        guard let start = withoutQuery.firstRange(of: "://"), let at = withoutQuery.lastIndex(of: "@") else {
            return String(withoutQuery)
        }
        return withoutQuery[..<start.upperBound] + "[redacted]" + withoutQuery[at...]
    }
}

extension ConnectionURL: CustomStringConvertible, CustomReflectable {
    var description: String { redacted }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
