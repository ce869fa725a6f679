public import Dialects

extension WireDialect {
    /// What a provider of this dialect takes for a request: strictly, so that nothing is sent that it might refuse.
    public var requestShape: Shape {
        switch self {
        case .openAI: .openAIRequest(isCompatible: true)
        case .anthropic: .anthropicRequest
        case .responses: .responsesRequest
        case .gemini: .geminiRequest
        case .bedrock: .bedrockRequest
        }
    }

    /// The stricter one of the vendor itself, where others speak the dialect, too.
    public var vendorShape: Shape {
        self == .openAI ? .openAIRequest(isCompatible: false) : requestShape
    }
}
