public import Dialects
public import HubCore

/// A provider of which tests ask other things than answers.
public protocol AnswerlessProvider: LLMProvider {}

extension AnswerlessProvider {
    public func validateConfiguration() {}
    public func checkHealth() async -> ProviderHealth { ProviderHealth(status: .healthy) }

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        throw HubError(.notImplemented, "\(providerID) answers nothing")
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        throw HubError(.notImplemented, "\(providerID) answers nothing")
    }
}
