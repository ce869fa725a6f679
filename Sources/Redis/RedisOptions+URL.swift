internal import Wire

/// What is wrong with a URL of Redis, as the rest of a sentence about it; never holds what may be a password.
public struct RedisURLError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
}

/// The parts of `redis[s]://[[user]:password@]host[:port][/database]`.
public struct RedisURL: Equatable, Sendable {
    public var isEncrypted: Bool
    public var user: String?
    public var password: String?
    public var address: RedisAddress
    public var database: Int

    public static let defaultPort: UInt16 = 6379
    private static let largestDatabase = 1_000_000

    /// User and password are percent-decoded.
    public init(_ text: String) throws(RedisURLError) {
        var rest = text[...]
        isEncrypted = rest.hasPrefix("rediss://")
        guard isEncrypted || rest.hasPrefix("redis://") else {
            throw Self.wrong("must begin with redis:// or rediss://")
        }
        rest = rest.dropFirst(isEncrypted ? 9 : 8)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw Self.wrong("must have no query and no fragment")
        }
        if let at = rest.lastIndex(of: "@") {
            (user, password) = try Self.credentials(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        address = try Self.address(rest[..<slash])
        database = try Self.database(rest[slash...].dropFirst())
    }

    private static func credentials(_ text: Substring) throws(RedisURLError) -> (user: String?, password: String?) {
        let colon = text.firstIndex(of: ":")
        let user = try decoded(text[..<(colon ?? text.endIndex)], "user")
        guard let colon else { return (user, nil) }
        return (user, try decoded(text[text.index(after: colon)...], "password"))
    }

    private static func decoded(_ text: Substring, _ part: String) throws(RedisURLError) -> String? {
        if text.isEmpty { return nil }
        guard let decoded = PercentEncoding.decode(String(text)) else {
            throw wrong("has a \(part) with a bad escape")
        }
        return decoded
    }

    private static func address(_ text: Substring) throws(RedisURLError) -> RedisAddress {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw wrong("has an address without its closing bracket") }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw wrong("has something between address and port") }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw wrong("has no host")
        }
        guard let port else { return RedisAddress(host: String(host), port: defaultPort) }
        guard let number = UInt16(port), number > 0 else { throw wrong("has a port that is not 1 to 65535") }
        return RedisAddress(host: String(host), port: number)
    }

    private static func database(_ text: Substring) throws(RedisURLError) -> Int {
        if text.isEmpty { return 0 }
        guard let number = Int(text), (0...largestDatabase).contains(number) else {
            throw wrong("has a path that is not the number of a database")
        }
        return number
    }

    private static func wrong(_ what: String) -> RedisURLError {
        RedisURLError(description: what)
    }
}
