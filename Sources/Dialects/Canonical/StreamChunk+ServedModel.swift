internal import Wire

extension StreamChunk {
    /// The model that the provider says it runs, where this chunk says it.
    public var servedModel: String? {
        switch dialect {
        case .openAI: body["model"]?.string
        case .anthropic: body["message"]?["model"]?.string
        case .responses: body["response"]?["model"]?.string
        case .gemini: body["modelVersion"]?.string
        case .bedrock: nil
        }
    }
}
