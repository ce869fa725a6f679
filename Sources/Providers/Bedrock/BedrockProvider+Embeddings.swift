public import Dialects
internal import HTTPClient
public import HubCore
internal import Reactor

extension BedrockProvider {
    private static let embeddingCallsAtOnce = 8

    /// As many calls as the model needs for the texts, a few at a time, within the time of one.
    public func embed(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        guard let form = BedrockEmbedding(model: call.model) else {
            var error = HubError(
                .invalidRequest, "\(providerID) embeds texts with the models of Amazon Titan and Cohere only",
                parameter: "model")
            error.provider = providerID
            throw error
        }
        var report = TranslationReport()
        let texts = try EmbeddingRequest.texts(
            call.request, provider: providerID, others: form.otherFields, report: &report)
        var bodies: [(body: [UInt8], count: Int)] = []
        for start in stride(from: 0, to: texts.count, by: form.textsPerCall) {
            let run = Array(texts[start..<min(start + form.textsPerCall, texts.count)])
            bodies.append((form.render(run, call.request, report: &report), run.count))
        }
        try report.check(isStrict: call.isStrict, provider: providerID)
        let endpoint = try endpoints.endpoint(call.model, .invoke)
        let end = MonotonicTime.now + call.deadlines.total
        let answers = try await BoundedCalls.map(
            bodies, atOnce: Self.embeddingCallsAtOnce,
            usage: { answer in
                answer.inputTokens.map { TokenUsage(input: $0) }
            }
        ) {
            run throws(HubError) in
            try await self.embed(run.body, run.count, call, form, endpoint, end: end)
        }
        let counts = answers.compactMap(\.inputTokens)
        var response = try EmbeddingResponse.make(
            answers.flatMap(\.vectors), model: call.model,
            usage: counts.count == answers.count ? TokenUsage(input: counts.reduce(0, +)) : nil,
            estimate: TokenEstimate.texts(texts, model: call.model))
        response.droppedParameters = report.dropped
        return response
    }

    private func embed(
        _ body: [UInt8], _ count: Int, _ call: ProviderCall, _ form: BedrockEmbedding, _ endpoint: BedrockEndpoint,
        end: MonotonicTime
    ) async throws(HubError) -> BedrockEmbedding.Answer {
        let answer = try await authorized(call, endpoint, body, until: end) { request throws(HubError) in
            try await caller.answer(request)
        }
        return try form.parse(
            answer.body, provider: providerID, count: count,
            counted: answer.headers["x-amzn-bedrock-input-token-count"].flatMap { Int($0) })
    }
}
