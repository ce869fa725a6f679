internal import Wire

extension CompletionResponse {
    /// The answer in no dialect, for a client that does not speak the provider's.
    /// - Parameter fallbackID: for answers that have no id.
    public func canonical(fallbackID: String) -> ChatResponse {
        var response = canonical(body, fallbackID)
        response.id = response.id ?? fallbackID
        response.usage = usage
        for body in furtherBodies {
            for var choice in canonical(body, fallbackID).choices {
                choice.index = response.choices.count
                response.choices.append(choice)
            }
        }
        return response
    }

    private func canonical(_ body: JSONValue, _ fallbackID: String) -> ChatResponse {
        switch dialect {
        case .openAI: OpenAIResponse.canonical(body, fallbackID: fallbackID)
        case .anthropic: AnthropicResponse.canonical(body)
        case .responses: ResponsesResponse.canonical(body)
        case .gemini: GeminiResponse.canonical(body, fallbackID: fallbackID)
        case .bedrock: BedrockResponse.canonical(body)
        }
    }

    /// The same answer in OpenAI's form.
    /// - Parameters:
    ///   - id: `chatcmpl-...`, where the answer is another dialect's.
    ///   - created: seconds since 1970.
    public func inOpenAIForm(id: String, created: Int, model: String) throws(HubError) -> CompletionResponse {
        guard dialect != .openAI else { return self }
        let bytes = OpenAIResponse.render(
            canonical(fallbackID: id), id: id, created: created, model: model, hub: nil)
        do throws(JSONError) {
            var response = self
            response.body = try JSONDocument.parse(bytes, maximumDepth: 512).root
            response.dialect = .openAI
            response.bytes = nil
            return response
        } catch {
            throw HubError(.internalError, "the translated answer is not JSON: \(error.message)")
        }
    }
}
