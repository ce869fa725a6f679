internal import Dialects
internal import Wire

/// Which answers may be looked up and kept. Pure.
struct CachePolicy: Sendable {
    let options: CacheOptions

    /// What is done for one call; nil if it has nothing to do with the cache.
    struct Permission: Sendable, Equatable {
        var mayLookUp: Bool
        /// Whole seconds; nil: as old as entries get.
        var maximumAge: Int?
        var lifetime: Duration
        var sharedLifetime: Duration
    }

    func permission(
        _ request: CompletionRequest, model: String, provider: String, _ directives: CacheDirectives
    ) -> Permission? {
        guard options.isEnabled, !directives.forbidsStoring else { return nil }
        let rule = options.rules.first { rule in
            [request.model, model, "\(provider)/\(model)"].contains { Glob.matches(rule.pattern, $0) }
        }
        guard rule?.isEnabled ?? true else { return nil }
        if let most = rule?.maximumTemperature ?? options.maximumTemperature {
            // The vendors' own default is 1.
            guard Self.temperature(request) ?? 1 <= most else { return nil }
        }
        let isEmbedding = request.dialect == .embeddings
        return Permission(
            mayLookUp: !directives.forbidsLookUp, maximumAge: directives.maximumAge,
            lifetime: rule?.lifetime ?? options.lifetime,
            sharedLifetime: rule?.lifetime ?? (isEmbedding ? options.embeddingLifetime : options.sharedLifetime))
    }

    private static func temperature(_ request: CompletionRequest) -> Double? {
        switch request.dialect {
        case .embeddings: 0
        case .gemini: request.body["generationConfig"]?["temperature"]?.double
        case .bedrock: request.body["inferenceConfig"]?["temperature"]?.double
        case .openAI, .unified, .textCompletion, .anthropic, .responses: request.body["temperature"]?.double
        }
    }

    /// Complete, not filtered, and not too large. Errors and cut streams never come here.
    static func mayKeep(_ answer: CachedAnswer) -> Bool {
        answer.byteCount <= CacheOptions.largestAnswer
            && !answer.facts.finishReasons.contains { filtered.contains($0.lowercased()) }
    }

    /// The words of all vendors for an answer that was filtered.
    private static let filtered: Set<String> = [
        "content_filter", "content_filtered", "guardrail_intervened", "refusal", "safety", "recitation", "blocklist",
        "prohibited_content", "spii", "image_safety", "image_prohibited_content", "image_recitation", "language",
    ]
}

/// What a client says of the cache: `Cache-Control`.
public struct CacheDirectives: Sendable, Equatable {
    /// `no-store`: nor is anything looked up.
    public var forbidsStoring = false
    /// `no-cache`.
    public var forbidsLookUp = false
    /// `max-age`, in whole seconds.
    public var maximumAge: Int?

    public init(forbidsStoring: Bool = false, forbidsLookUp: Bool = false, maximumAge: Int? = nil) {
        self.forbidsStoring = forbidsStoring
        self.forbidsLookUp = forbidsLookUp
        self.maximumAge = maximumAge
    }

    /// Unknown directives are ignored, as RFC 9111 has it; an age that cannot be read allows none.
    public init(cacheControl text: some StringProtocol) {
        for part in text.split(separator: ",") {
            let name = part.split(separator: "=", maxSplits: 1)
            guard let first = name.first else { continue }
            switch Self.trimmed(first).lowercased() {
            case "no-store": forbidsStoring = true
            case "no-cache": forbidsLookUp = true
            case "max-age": maximumAge = name.count == 2 ? Int(Self.trimmed(name[1])).map { max(0, $0) } ?? 0 : 0
            default: break
            }
        }
    }

    /// Without white space and quotes at its ends.
    private static func trimmed(_ text: some StringProtocol) -> String {
        func isEdge(_ character: Character) -> Bool { character == " " || character == "\t" || character == "\"" }
        return String(text.drop(while: isEdge).reversed().drop(while: isEdge).reversed())
    }
}
