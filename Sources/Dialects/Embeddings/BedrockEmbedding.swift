internal import Wire

/// Embeddings in the forms of the models behind Bedrock's `InvokeModel`.
public struct BedrockEmbedding: Sendable {
    private enum Form: Sendable {
        /// Amazon Titan, one text a call. The later version has a choice of dimensions.
        case titan(hasDimensions: Bool)
        /// Titan's multimodal model.
        case titanImage
        /// Cohere, many texts. The fourth version has a choice of dimensions.
        case cohere(hasDimensions: Bool)
    }

    /// What one call gave.
    public struct Answer: Sendable {
        /// As many as there were texts, in their order.
        public var vectors: [[Float]]
        /// Nil where the model does not count them.
        public var inputTokens: Int?
    }

    private let form: Form
    /// What Cohere takes at once.
    private static let cohereLimit = 96

    /// Nil for a model that embeds no texts, or in a form that is not known.
    /// - Parameter model: an id, a profile or an ARN that ends in one.
    public init?(model: String) {
        if model.contains("amazon.titan-embed-image") {
            form = .titanImage
        } else if model.contains("amazon.titan-embed") {
            form = .titan(hasDimensions: model.contains("titan-embed-text-v2"))
        } else if model.contains("cohere.embed") {
            form = .cohere(hasDimensions: !model.contains("-v3"))
        } else {
            return nil
        }
    }

    public var textsPerCall: Int {
        if case .cohere = form { Self.cohereLimit } else { 1 }
    }

    /// Fields beside OpenAI's that clients may send.
    public var otherFields: Set<String> {
        if case .cohere = form { ["input_type", "truncate"] } else { [] }
    }

    // MARK: Request

    /// - Parameters:
    ///   - texts: at most `textsPerCall`.
    ///   - report: gets a wish for dimensions that the model has not.
    public func render(
        _ texts: [String], _ request: CompletionRequest, report: inout TranslationReport
    ) -> [UInt8] {
        let dimensions = EmbeddingRequest.dimensions(request)
        var writer = JSONWriter(reserving: texts.reduce(128) { $0 + $1.utf8.count + 16 })
        writer.beginObject()
        switch form {
        case .titan(let hasDimensions):
            writer.member("inputText", texts.first ?? "")
            if let dimensions {
                if hasDimensions { writer.member("dimensions", dimensions) } else { report.drop("dimensions") }
            }
        case .titanImage:
            writer.member("inputText", texts.first ?? "")
            if let dimensions {
                writer.key("embeddingConfig")
                writer.beginObject()
                writer.member("outputEmbeddingLength", dimensions)
                writer.endObject()
            }
        case .cohere(let hasDimensions):
            writer.key("texts")
            writer.beginArray()
            for text in texts { writer.string(text) }
            writer.endArray()
            // It demands one; queries against these documents need the other word.
            writer.member("input_type", request.body["input_type"]?.string ?? "search_document")
            if let truncate = request.body["truncate"]?.string { writer.member("truncate", truncate) }
            writer.key("embedding_types")
            writer.raw(#"["float"]"#)
            if let dimensions {
                if hasDimensions { writer.member("output_dimension", dimensions) } else { report.drop("dimensions") }
            }
        }
        writer.endObject()
        return writer.bytes
    }

    // MARK: Answer

    /// Reads an answer of status 2xx.
    /// - Parameters:
    ///   - count: of the texts.
    ///   - counted: tokens of the input, as Bedrock's header says.
    ///
    /// Throws `provider_bad_response` for an answer that does not hold so many vectors.
    public func parse(
        _ bytes: [UInt8], provider: String, count: Int, counted: Int?
    ) throws(HubError) -> Answer {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(bytes, maximumDepth: 64).root
        } catch {
            throw Self.bad("the answer is not JSON: \(error.message)", provider)
        }
        let items: [JSONValue?] =
            switch form {
            case .titan, .titanImage: [body["embedding"] ?? body["embeddingsByType"]?["float"]]
            case .cohere:
                (body["embeddings"].flatMap { $0.isObject ? $0["float"] : $0 }).map { Array($0.elements) } ?? []
            }
        guard items.count == count else {
            throw Self.bad("the answer has \(items.count) embeddings for \(count) inputs", provider)
        }
        var vectors: [[Float]] = []
        for item in items {
            guard let vector = EmbeddingVector.read(item) else {
                throw Self.bad("the answer has an embedding that is no list of numbers", provider)
            }
            vectors.append(vector)
        }
        let tokens = body["inputTextTokenCount"]?.int ?? counted
        return Answer(vectors: vectors, inputTokens: tokens.map { min(max(0, $0), 1 << 40) })
    }

    private static func bad(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.providerBadResponse, message)
        error.provider = provider
        return error
    }
}
