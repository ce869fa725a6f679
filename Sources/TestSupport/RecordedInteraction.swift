internal import Glibc
public import Wire

/// One recorded call of a real provider: a file of `shared/fixtures/recorded`, as the README there describes it.
public struct RecordedInteraction: Sendable {
    public let id: String
    public let provider: String
    /// `tool_call`, `error_429`, ...
    public let kind: String
    /// The provider's name of the model, as the recorder noted it.
    public let model: String?
    /// Null where it had no body.
    public let request: JSONValue
    public let status: Int
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]
    public let isStream: Bool

    /// Nil where something is missing.
    init?(_ file: JSONValue) {
        guard let request = file["request"]?["body"], request.isObject || request.isNull,
            let response = file["response"], let status = response["status"]?.int,
            let bytes = Self.bytes(response)
        else { return nil }
        // One recorder wrapped some bodies in an object of its own.
        let isWrapped = request["type"]?.equals("json") == true && request["content"] != nil
        id = file["id"]?.string ?? ""
        provider = file["provider"]?.string ?? ""
        kind = file["kind"]?.string ?? ""
        model = file["model"]?.string
        self.request = (isWrapped ? request["content"] : nil) ?? request
        // Gemini says it in the URL.
        isStream = self.request["stream"]?.bool ?? file["stream"]?.bool ?? false
        self.status = status
        headers =
            response["headers"].map { Array($0.members) }?.compactMap { member in
                member.value.string.map { (member.key.string, $0) }
            } ?? []
        body = isWrapped ? Self.content(bytes) : bytes
    }

    /// Events of AWS are bytes, everything else is text.
    private static func bytes(_ response: JSONValue) -> [UInt8]? {
        response["body_text"]?.string.map { Array($0.utf8) }
            ?? response["body_base64"]?.string.flatMap { Base64.decode($0) }
    }

    private static func content(_ wrapped: [UInt8]) -> [UInt8] {
        guard let content = try? JSONDocument.parse(wrapped, maximumDepth: 512).root["content"] else { return [] }
        var writer = JSONWriter(reserving: 1024)
        writer.value(content)
        return writer.bytes
    }
}

/// The recorded traffic beside the package, or under `HUB_SHARED`. Never part of the repository.
public enum RecordedInteractions {
    public static let areMissing = "recorded fixtures are not here; set HUB_SHARED"

    public static var areHere: Bool { access(folder, R_OK) == 0 }

    /// All of a dialect, by name.
    public static func all(dialect: String) throws(JSONError) -> [RecordedInteraction] {
        try all { $0 == dialect }
    }

    /// All of dialects with other names than these.
    public static func others(than dialects: Set<String>) throws(JSONError) -> [RecordedInteraction] {
        try all { !dialects.contains($0) }
    }

    private static func all(where isWanted: (String) -> Bool) throws(JSONError) -> [RecordedInteraction] {
        var interactions: [RecordedInteraction] = []
        for name in TestFile.jsonNames(in: folder) {
            let file = try JSONDocument.parse(TestFile.read("\(folder)/\(name)"), maximumDepth: 512).root
            guard isWanted(file["dialect"]?.string ?? "") else { continue }
            if let interaction = RecordedInteraction(file) { interactions.append(interaction) }
        }
        return interactions
    }

    /// The files of a folder beside that of the recordings, but for its text about them.
    static func files(beside folder: String) -> [(name: String, bytes: [UInt8])] {
        let folder = "\(fixtures)/\(folder)"
        return TestFile.names(in: folder).filter { !$0.hasSuffix(".md") }.map { ($0, TestFile.read("\(folder)/\($0)")) }
    }

    private static let folder = fixtures + "/recorded"
    private static let fixtures = SharedFolder.path + "/fixtures"
}
