/// A host name or an address, checked for its characters only.
struct NetworkHost: Sendable, Equatable {
    let name: String

    init?(_ name: String) {
        let punctuation = Array(".-:_".utf8)
        let isAllowed = name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || punctuation.contains($0) }
        guard (1...253).contains(name.utf8.count), isAllowed else { return nil }
        self.name = name
    }

    /// For names known when compiling.
    init(checked name: StaticString) {
        self.name = name.description
    }

    /// `localhost`, `127.0.0.0/8` and `::1`.
    var isLoopback: Bool {
        if name.lowercased() == "localhost" || name == "::1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let octets = parts.compactMap { String($0).isInteger ? UInt8($0) : nil }
        return parts.count == 4 && octets.count == 4 && octets[0] == 127
    }
}
