public import Dialects
public import Wire

/// The same requests at several providers: files of `shared/fixtures/parallel`, as the index there describes them.
/// Never part of the repository.
public enum ParallelCaptures {
    /// One request or answer.
    public struct Capture: Sendable {
        public let name: String
        /// `request`, `response`, `followup_request`, ...
        public let part: String
        public let value: JSONValue
    }

    /// The names of the providers that speak a dialect.
    public static func providers(_ dialect: WireDialect) -> Set<String> {
        switch dialect {
        case .openAI: ["chat-completions", "baseten"]
        case .anthropic: ["anthropic", "vertex-anthropic", "bedrock-anthropic"]
        case .gemini: ["google", "vertex-google"]
        case .bedrock: ["bedrock"]
        case .responses: []
        }
    }

    /// All parts that providers of these names have.
    public static func all(providers: Set<String>) throws(JSONError) -> [Capture] {
        var captures: [Capture] = []
        for (file, bytes) in RecordedInteractions.files(beside: "parallel") {
            let document = try JSONDocument.parse(bytes, maximumDepth: 512).root
            guard let known = document["providers"] else { continue }
            for (provider, parts) in known.members where providers.contains(provider.string) {
                for (part, value) in parts.members where !holdsBuffer(value) {
                    captures.append(Capture(name: "\(file) \(provider.string)", part: part.string, value: value))
                }
            }
        }
        return captures
    }

    /// AWS's client for JavaScript was captured before it wrote bytes as they are sent.
    private static func holdsBuffer(_ value: JSONValue) -> Bool {
        if value["type"]?.equals("Buffer") == true { return true }
        return value.isArray ? value.elements.contains(where: holdsBuffer) : value.members.contains { holdsBuffer($1) }
    }
}
