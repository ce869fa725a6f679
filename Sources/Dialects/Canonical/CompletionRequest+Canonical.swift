internal import Wire

extension CompletionRequest {
    /// The request in no dialect, for a provider that does not speak the client's.
    ///
    /// Throws `validation_failed` naming the field that has a wrong type or value.
    public func canonical() throws(HubError) -> ChatRequest {
        switch dialect {
        case .embeddings: throw HubError(.invalidRequest, "embeddings are no chat")
        case .openAI: return try OpenAIRequest.canonical(body)
        case .anthropic: return try AnthropicRequest.canonical(body)
        case .responses: return try ResponsesRequest.canonical(body, earlier: earlierItems)
        // The hub's own form is OpenAI's and more. Its metadata is for the hub.
        case .unified, .textCompletion:
            var request = try OpenAIRequest.canonical(body)
            request.metadata = []
            return request
        case .gemini:
            var request = try GeminiRequest.canonical(body)
            // The path says it.
            request.isStream = isStream
            return request
        case .bedrock:
            var request = try BedrockRequest.canonical(body)
            request.isStream = isStream
            return request
        }
    }

    /// The same request in OpenAI's form, for what understands no other and needs only what both have.
    public func inOpenAIForm() throws(HubError) -> CompletionRequest {
        switch dialect {
        case .openAI, .unified, .textCompletion: return self
        case .anthropic, .responses, .gemini, .bedrock, .embeddings:
            var report = TranslationReport()
            let bytes = OpenAIRequest.render(
                try canonical(), model: model, target: .compatible, report: &report)
            do throws(JSONError) {
                return with(dialect: .openAI, body: try JSONDocument.parse(bytes, maximumDepth: 512).root)
            } catch {
                throw HubError(.internalError, "the translated request is not JSON: \(error.message)")
            }
        }
    }
}
