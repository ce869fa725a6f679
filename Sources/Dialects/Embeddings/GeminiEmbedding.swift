internal import Wire

/// Embeddings in Google's forms: `batchEmbedContents` of the Gemini API, `predict` and `embedContent` of Vertex AI.
public enum GeminiEmbedding {
    public enum Form: Sendable {
        /// `:batchEmbedContents`, many texts.
        case batch
        /// `:predict`, many texts.
        case predict
        /// `:embedContent`, one text.
        case content
    }

    /// What one call gave.
    public struct Answer: Sendable {
        /// As many as there were texts, in their order.
        public var vectors: [[Float]]
        /// Nil where Google does not count.
        public var usage: TokenUsage?
    }

    // MARK: Request

    /// - Parameters:
    ///   - texts: one for `content`.
    ///   - model: without `models/`.
    ///   - dimensions: nil for the model's own.
    public static func render(_ texts: [String], form: Form, model: String, dimensions: Int?) -> [UInt8] {
        var writer = JSONWriter(reserving: texts.reduce(128) { $0 + $1.utf8.count + 96 })
        writer.beginObject()
        switch form {
        case .batch:
            writer.key("requests")
            writer.beginArray()
            for text in texts {
                writer.beginObject()
                writer.member("model", "models/\(model)")
                writeContent(text, dimensions, to: &writer)
                writer.endObject()
            }
            writer.endArray()
        case .content:
            for text in texts.prefix(1) { writeContent(text, dimensions, to: &writer) }
        case .predict:
            writer.key("instances")
            writer.beginArray()
            for text in texts {
                writer.beginObject()
                writer.member("content", text)
                writer.endObject()
            }
            writer.endArray()
            if let dimensions {
                writer.key("parameters")
                writer.beginObject()
                writer.member("outputDimensionality", dimensions)
                writer.endObject()
            }
        }
        writer.endObject()
        return writer.bytes
    }

    private static func writeContent(_ text: String, _ dimensions: Int?, to writer: inout JSONWriter) {
        writer.key("content")
        writer.beginObject()
        writer.key("parts")
        writer.beginArray()
        writer.beginObject()
        writer.member("text", text)
        writer.endObject()
        writer.endArray()
        writer.endObject()
        if let dimensions { writer.member("outputDimensionality", dimensions) }
    }

    // MARK: Answer

    /// Reads an answer of status 2xx. Finds an error inside it.
    /// - Parameter count: of the texts.
    ///
    /// Throws `provider_bad_response` for an answer that does not hold so many vectors.
    public static func parse(
        _ bytes: [UInt8], form: Form, provider: String, count: Int
    ) throws(HubError) -> Answer {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(bytes, maximumDepth: 64).root
        } catch {
            throw bad("the answer is not JSON: \(error.message)", provider)
        }
        if let error = GeminiErrors.parseInside(body, provider: provider) { throw error }
        let items: [JSONValue?] =
            switch form {
            case .batch: body["embeddings"].map { Array($0.elements) } ?? []
            case .content: [body["embedding"]]
            case .predict: (body["predictions"].map { Array($0.elements) } ?? []).map { $0["embeddings"] }
            }
        guard items.count == count else {
            throw bad("the answer has \(items.count) embeddings for \(count) inputs", provider)
        }
        var answer = Answer(vectors: [], usage: GeminiUsage.parse(body["usageMetadata"]))
        for item in items {
            guard let vector = item.flatMap({ EmbeddingVector.read($0["values"]) }) else {
                throw bad("the answer has an embedding that is no list of numbers", provider)
            }
            answer.vectors.append(vector)
            guard let tokens = item?["statistics"]?["token_count"]?.double, (0...1e12).contains(tokens) else {
                continue
            }
            answer.usage = (answer.usage ?? TokenUsage()) + TokenUsage(input: Int(tokens))
        }
        return answer
    }

    private static func bad(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.providerBadResponse, message)
        error.provider = provider
        return error
    }
}
