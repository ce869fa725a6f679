/// A checked base URL: http or https, a host, no credentials, no query. A slash at the end is dropped.
struct HTTPURL: Sendable, Equatable {
    let text: String
    let isEncrypted: Bool
    /// Without brackets for IPv6.
    let host: String
    let port: Int?
    /// After host and port: empty, or beginning with a slash and not ending with one.
    let path: String

    /// Nil unless `text` is such a URL.
    init?(_ text: String) {
        let lowercased = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lowercased.hasPrefix) else { return nil }
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return nil }
        guard !text.contains(where: { "?#\\\"<>{}|^`@".contains($0) }) else { return nil }
        let rest = text.dropFirst(scheme.count)
        guard let (host, port) = Self.hostAndPort(rest.prefix { $0 != "/" }) else { return nil }
        var end = text.endIndex
        while text[..<end].hasSuffix("/") { end = text.index(before: end) }
        self.text = String(text[..<end])
        self.isEncrypted = scheme == "https://"
        self.path = String(self.text.dropFirst(scheme.count).drop { $0 != "/" })
        self.host = host
        self.port = port
    }

    /// True when the host is this machine.
    var isLoopback: Bool {
        NetworkHost(host)?.isLoopback ?? false
    }

    private static func hostAndPort(_ authority: Substring) -> (String, Int?)? {
        let isBracketed = authority.first == "["
        let parts: [Substring]
        if isBracketed {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            let tail = authority[authority.index(after: close)...]
            guard tail.isEmpty || tail.first == ":" else { return nil }
            parts = [authority[..<close].dropFirst()] + (tail.isEmpty ? [] : [tail.dropFirst()])
        } else {
            parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        }
        guard let host = parts.first.map(String.init), parts.count <= 2 else { return nil }
        guard host.contains(":") == isBracketed, NetworkHost(host) != nil else { return nil }
        guard parts.count == 2 else { return (host, nil) }
        guard String(parts[1]).isInteger, let port = Int(parts[1]), (1...65535).contains(port) else { return nil }
        return (host, port)
    }
}
