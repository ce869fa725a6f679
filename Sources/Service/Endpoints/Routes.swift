internal import HubCore
internal import Wire

/// Every path the hub serves. openapi.yaml names the same; a test compares them.
enum Routes {
    static func all(maximumBodyBytes: Int, withMetrics: Bool) -> [Route] {
        let unified = CompletionEndpoint(form: .unified)
        let chat = CompletionEndpoint(form: .openAI)
        let messages = CompletionEndpoint(form: .anthropic)
        let pinned = CompletionEndpoint(form: .unifiedChat, pinsProvider: true)
        let responses = CompletionEndpoint(form: .responses)
        let embeddings = CompletionEndpoint(form: .embeddings)
        return [
            completion("/v1/completions", unified, maximumBodyBytes),
            completion("/v1/chat/completions", chat, maximumBodyBytes),
            completion("/v1/messages", messages, maximumBodyBytes),
            Route(
                "/v1/messages/count_tokens", maximumBodyBytes: maximumBodyBytes,
                .post { await CountTokensEndpoint.handle($0) }),
            Route(
                "/v1/providers/{providerId}/chat", maximumBodyBytes: maximumBodyBytes,
                .post { await pinned.handle($0) }),
            completion("/v1/embeddings", embeddings, maximumBodyBytes),
            Route("/v1/responses", maximumBodyBytes: maximumBodyBytes, .post { await responses.handle($0) }),
            Route("/v1/responses/{id}", .get(StoredResponseEndpoint.one), .delete(StoredResponseEndpoint.delete)),
            Route("/v1/responses/{id}/input_items", .get(StoredResponseEndpoint.inputItems)),
            Route(
                "/model/{id}/converse", maximumBodyBytes: maximumBodyBytes, .post(ConverseEndpoint.whole)),
            Route(
                "/model/{id}/converse-stream", maximumBodyBytes: maximumBodyBytes, isStream: true,
                .post(ConverseEndpoint.stream)),
            Route(
                "/model/{id}/count-tokens", maximumBodyBytes: maximumBodyBytes, .post(ConverseEndpoint.countTokens)),
            Route(
                "/v1/files", maximumBodyBytes: FileUpload.maximumBodyBytes, bodyType: .form,
                admission: FileEndpoint.admit, .get(FileEndpoint.list), .post(FileEndpoint.create)),
            Route("/v1/files/{id}", .get(FileEndpoint.one), .delete(FileEndpoint.delete)),
            Route("/v1/files/{id}/content", .get(FileEndpoint.content)),
            Route(
                "/v1/batches", maximumBodyBytes: 64 << 10, .get(BatchesEndpoint.list), .post(BatchesEndpoint.create)),
            Route("/v1/batches/{id}", .get(BatchesEndpoint.one)),
            Route("/v1/batches/{id}/cancel", maximumBodyBytes: 4 << 10, .post(BatchesEndpoint.cancel)),
            Route("/v1/models", .get(ModelEndpoint.list)),
            Route("/api/v1/cache", .delete(CacheEndpoint.purge)),
        ] + gemini(maximumBodyBytes) + [
            Route("/v1/models/{id...}", .get(ModelEndpoint.one)),
            Route("/openapi.yaml", .get(OpenAPIEndpoint.yaml)),
            Route("/docs/openapi.yaml", .get(OpenAPIEndpoint.yaml)),
        ] + monitoring(withMetrics: withMetrics)
    }

    /// One whose answers are kept.
    private static func completion(
        _ path: StaticString, _ endpoint: CompletionEndpoint, _ maximumBodyBytes: Int
    ) -> Route {
        Route(
            path, maximumBodyBytes: maximumBodyBytes,
            .post(atOnce: { endpoint.answerAtOnce($0, $1, $2, $3) }, { await endpoint.handle($0) }))
    }

    /// Google's own clients use either version. A path with a suffix comes before the one that takes any rest.
    private static func gemini(_ maximumBodyBytes: Int) -> [Route] {
        func post(_ path: StaticString, isStream: Bool = false, _ handler: @escaping Route.Handler) -> Route {
            Route(path, maximumBodyBytes: maximumBodyBytes, isStream: isStream, .post(handler))
        }
        return [
            post("/v1beta/models/{model...}:generateContent", GeminiEndpoint.generate),
            post("/v1/models/{model...}:generateContent", GeminiEndpoint.generate),
            post("/v1beta/models/{model...}:streamGenerateContent", isStream: true, GeminiEndpoint.stream),
            post("/v1/models/{model...}:streamGenerateContent", isStream: true, GeminiEndpoint.stream),
            post("/v1beta/models/{model...}:countTokens", GeminiEndpoint.countTokens),
            post("/v1/models/{model...}:countTokens", GeminiEndpoint.countTokens),
            Route("/v1beta/models", .get(GeminiModels.list)),
            Route("/v1beta/models/{model...}", .get(GeminiModels.one)),
        ]
    }

    /// Those that the metrics port serves too.
    static func monitoring(withMetrics: Bool) -> [Route] {
        [
            Route("/health", .get(HealthEndpoint.health)),
            Route("/health/live", .get(HealthEndpoint.live)),
            Route("/health/ready", .get(HealthEndpoint.ready)),
            Route("/ready", .get(HealthEndpoint.ready)),
        ] + (withMetrics ? [Route("/metrics", .get(MetricsEndpoint.metrics))] : [])
    }
}
