internal import Wire

/// What AWS's signature version 4 covers of an HTTP request.
public struct SigV4Request: Sendable {
    public var method: String
    /// Exactly as it is sent, in its encoding: `/model/a%3A0/converse`.
    public var path: String
    /// As it is sent, without `?`.
    public var query: String
    /// All that are signed, `host` among them; values of one name in the order they are sent.
    public var headers: [(name: String, value: String)]
    /// SHA-256 of the body, in hex.
    public var payloadHash: String

    public init(
        method: String, path: String, query: String = "", headers: [(name: String, value: String)], body: [UInt8]
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        payloadHash = Hex.encode(SHA256.digest(body))
    }

    /// The names of the headers: lower case, sorted, once each, joined by `;`.
    public var signedHeaders: String { canonicalHeaders.map(\.name).joined(separator: ";") }

    /// The text whose hash is signed.
    ///
    /// - Parameter normalizesPath: takes out `.`, `..` and empty segments, as all services but S3 do.
    public func canonical(normalizesPath: Bool = true) -> String {
        let headers = canonicalHeaders
        let lines = headers.map { "\($0.name):\($0.value)\n" }.joined()
        return [
            method, Self.canonicalPath(path, normalizes: normalizesPath), canonicalQuery, lines,
            headers.map(\.name).joined(separator: ";"), payloadHash,
        ].joined(separator: "\n")
    }

    /// The path as sent, encoded once more, segment by segment: `%3A` of a model's id is signed as `%253A`.
    private static func canonicalPath(_ path: String, normalizes: Bool) -> String {
        var segments = path.split(separator: "/", omittingEmptySubsequences: false).map { PercentEncoding.encode($0) }
        if segments.first?.isEmpty == true { segments.removeFirst() }
        guard normalizes else { return "/" + segments.joined(separator: "/") }
        let isFolder = segments.last.map { ["", ".", ".."].contains($0) } ?? true
        var kept: [String] = []
        for segment in segments where segment != "" && segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
        }
        return "/" + kept.joined(separator: "/") + (isFolder && !kept.isEmpty ? "/" : "")
    }

    /// Names and values encoded, sorted by name, then by value; a name without `=` gets one.
    private var canonicalQuery: String {
        let pairs = query.split(separator: "&").map { pair -> (name: String, value: String) in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.encodedOnce(parts[0]), parts.count == 2 ? Self.encodedOnce(parts[1]) : "")
        }
        return pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    private static func encodedOnce(_ part: Substring) -> String {
        PercentEncoding.encode(PercentEncoding.decode(String(part)) ?? String(part))
    }

    /// Sorted by name; values trimmed, runs of spaces one, those of one name joined by commas.
    private var canonicalHeaders: [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for header in headers { values[header.name.lowercased(), default: []].append(Self.folded(header.value)) }
        return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
    }

    private static func folded(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" || $0.isNewline }.joined(separator: " ")
    }
}
