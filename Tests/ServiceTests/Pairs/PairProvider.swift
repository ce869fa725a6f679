import Dialects
import TestSupport

/// A provider of some kind, configured as an operator would and answering by a script.
struct PairProvider: Sendable {
    /// `kind` of the configuration; its id as well.
    let name: String
    let kind: String
    let model: String
    /// The `config` of its entry, from the URL of the scripted server.
    let configuration: @Sendable (_ root: String) -> String
    /// What it speaks with whom.
    let dialect: @Sendable (_ client: WireDialect) -> WireDialect
    /// What it takes for a request.
    var shape: @Sendable (WireDialect) -> Shape = { $0.vendorShape }

    static let all = [openAI, openAIResponses, azure, compatible, anthropic, google, bedrock]

    private static let openAI = PairProvider(
        name: "openai", kind: "openai", model: "gpt-5.1",
        configuration: { #"{base_url: "\#($0)/v1", api_key: k}"# },
        dialect: { $0 == .responses ? .responses : .openAI })

    /// A model that answers in no other form.
    private static let openAIResponses = PairProvider(
        name: "openai-responses", kind: "openai", model: "gpt-5-codex",
        configuration: { #"{base_url: "\#($0)/v1", api_key: k, vendor: openai}"# }, dialect: { _ in .responses })

    private static let azure = PairProvider(
        name: "azure", kind: "azure", model: "gpt-5.1", configuration: { #"{base_url: "\#($0)", api_key: k}"# },
        dialect: { _ in .openAI })

    private static let compatible = PairProvider(
        name: "compatible", kind: "compatible", model: "llama-3",
        configuration: { #"{base_url: "\#($0)/v1", api_key: k}"# }, dialect: { _ in .openAI },
        shape: { $0.requestShape })

    private static let anthropic = PairProvider(
        name: "anthropic", kind: "anthropic", model: "claude-sonnet-4-5",
        configuration: { #"{base_url: "\#($0)", api_key: k}"# }, dialect: { _ in .anthropic })

    private static let google = PairProvider(
        name: "google", kind: "google", model: "gemini-3.5-flash",
        configuration: { #"{base_url: "\#($0)", api_key: k}"# }, dialect: { _ in .gemini })

    private static let bedrock = PairProvider(
        name: "bedrock", kind: "bedrock", model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        configuration: { #"{base_url: "\#($0)", access_key_id: a, secret_access_key: b}"# }, dialect: { _ in .bedrock })

    /// The entries of `providers` for all of them.
    static func entries(root: String) -> String {
        all.map { provider in
            """
              - provider_id: \(provider.name)
                kind: \(provider.kind)
                config: \(provider.configuration(root))

            """
        }.joined()
    }

    func answer(_ pairCase: PairCase, client: WireDialect, isStream: Bool) -> ScriptedAnswer {
        let dialect = dialect(client)
        switch pairCase {
        case .errorBefore:
            var answer = ScriptedAnswer.json(PairAnswers.refusal(dialect), status: 429)
            answer.headers.append(("retry-after", "7"))
            return answer
        case .errorInside: return PairAnswers.broken(dialect)
        default:
            return isStream
                ? PairAnswers.streamed(pairCase, dialect) : .json(PairAnswers.whole(pairCase, dialect))
        }
    }
}
