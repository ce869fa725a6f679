public import Dialects
internal import Wire

/// A call as it arrived: from the wire, or from a program that embeds the hub.
public enum CallInput: Sendable {
    case bytes([UInt8], form: Form)
    case request(CompletionRequest)

    /// What a body may be.
    public enum Form: Sendable, Equatable {
        /// OpenAI's chat completion.
        case openAI
        /// The hub's own form, or the legacy text completion: the body tells.
        case unified
        /// The hub's own form only.
        case unifiedChat
        /// Anthropic's messages, and the same without a limit of output, to be counted.
        case anthropic, anthropicCount
        /// OpenAI's Responses, and its embeddings.
        case responses, embeddings
        /// Gemini's `generateContent` and its `countTokens`, whose model and way of answering are in the path.
        case gemini(model: String, isStream: Bool)
        case geminiCount(model: String)
        /// Bedrock's Converse and its CountTokens, which say the same in the path.
        case bedrock(model: String, isStream: Bool)
        case bedrockCount(model: String)
    }

    /// Bodies nest at most so deep.
    public static let maximumDepth = 64

    func parse() throws(HubError) -> CompletionRequest {
        switch self {
        case .request(let request): return request
        case .bytes(let bytes, let form):
            return try Self.parse(Self.document(bytes), form)
        }
    }

    private static func document(_ bytes: [UInt8]) throws(HubError) -> JSONValue {
        do throws(JSONError) {
            return try JSONDocument.parse(bytes, maximumDepth: maximumDepth).root
        } catch {
            throw HubError(.invalidJSON, "the body is not valid JSON: \(error.message)")
        }
    }

    private static func parse(_ body: JSONValue, _ form: Form) throws(HubError) -> CompletionRequest {
        switch form {
        case .openAI: return try OpenAIRequest.parse(body)
        case .unifiedChat: return try UnifiedRequest.parse(body)
        case .anthropic: return try AnthropicRequest.parse(body)
        case .anthropicCount: return try AnthropicRequest.parse(body, countsOnly: true)
        case .responses: return try ResponsesRequest.parse(body)
        case .embeddings: return try EmbeddingRequest.parse(body)
        case .gemini(let model, let isStream): return try GeminiRequest.parse(body, model: model, isStream: isStream)
        case .bedrock(let model, let isStream): return try BedrockRequest.parse(body, model: model, isStream: isStream)
        case .bedrockCount(let model): return try BedrockRequest.parseCount(body, model: model)
        case .geminiCount(let model): return try GeminiRequest.parseCount(body, model: model)
        case .unified:
            let isText = isGiven(body["prompt"]) && !isGiven(body["messages"])
            return isText ? try TextCompletionRequest.parse(body) : try UnifiedRequest.parse(body)
        }
    }

    /// Null counts as absent.
    private static func isGiven(_ value: JSONValue?) -> Bool {
        value.map { !$0.isNull } ?? false
    }
}
