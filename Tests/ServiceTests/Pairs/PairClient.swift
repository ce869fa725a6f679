import Dialects
import Wire

/// A client of one dialect: where its requests go and what they look like, written by hand.
struct PairClient: Sendable {
    let dialect: WireDialect
    let name: String
    /// From the model's name and whether the answer is to be streamed.
    let path: @Sendable (_ model: String, _ isStream: Bool) -> String
    let request: @Sendable (_ pairCase: PairCase, _ model: String, _ isStream: Bool) -> String

    static let all = [openAI, responses, anthropic, gemini, bedrock]

    private static let openAI = PairClient(
        dialect: .openAI, name: "OpenAI chat", path: { _, _ in "/v1/chat/completions" },
        request: PairRequests.openAI)

    private static let responses = PairClient(
        dialect: .responses, name: "OpenAI Responses", path: { _, _ in "/v1/responses" },
        request: PairRequests.responses)

    private static let anthropic = PairClient(
        dialect: .anthropic, name: "Anthropic", path: { _, _ in "/v1/messages" }, request: PairRequests.anthropic)

    private static let gemini = PairClient(
        dialect: .gemini, name: "Gemini",
        path: { model, isStream in
            "/v1beta/models/\(model):" + (isStream ? "streamGenerateContent?alt=sse" : "generateContent")
        }, request: { pairCase, _, _ in PairRequests.gemini(pairCase) })

    private static let bedrock = PairClient(
        dialect: .bedrock, name: "Bedrock Converse",
        path: { model, isStream in "/model/\(PercentEncoding.encode(model))/converse" + (isStream ? "-stream" : "") },
        request: { pairCase, _, _ in PairRequests.bedrock(pairCase) })
}
