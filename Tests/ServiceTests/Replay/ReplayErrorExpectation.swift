import TestSupport
import Wire

/// What the hub must make of a recorded failure: contract 1.6 and the taxonomy of the providers' wire facts.
struct ReplayErrorExpectation {
    let code: String
    let status: Int
    let isRetryable: Bool
    /// What the provider said, if its words may be passed on.
    let message: String?
    let retryAfter: String?

    init(_ interaction: RecordedInteraction) {
        let root = (try? JSONDocument.parse(interaction.body, maximumDepth: 512))?.root
        let words = root.flatMap(Self.message)
        let text = words?.lowercased() ?? ""
        switch interaction.status {
        case 400 where text.contains("context length"): (code, status) = ("context_length_exceeded", 400)
        case 400: (code, status) = ("provider_rejected", 400)
        case 401: (code, status) = ("provider_authentication", 502)
        case 404: (code, status) = ("model_not_found", 404)
        // More than the account may ever ask for at once: waiting does not help.
        case 429 where text.contains("request too large"): (code, status) = ("provider_rejected", 400)
        case 429: (code, status) = ("provider_rate_limited", 429)
        default: (code, status) = ("provider_error", 502)
        }
        isRetryable = status == 429 || code == "provider_error"
        message = status == 502 && interaction.status == 401 ? nil : words
        retryAfter = status == 429 ? interaction.headers.first { $0.name == "retry-after" }?.value : nil
    }

    private static func message(_ root: JSONValue) -> String? {
        let candidates = [root["error"]?["message"], root["message"], root["detail"]]
        // The account's name stays behind.
        return candidates.lazy.compactMap { $0?.string }.first?.replacing(
            /\S*\borg[-_]\S+|\([0-9a-f\-]{36}\)\S*/, with: "***")
    }
}
