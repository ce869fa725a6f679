import Dialects
import TestSupport
import Wire

/// What the hub must make of a recorded failure: the taxonomy of the providers' wire facts, 8.
struct RecordedErrorFacts {
    let code: ErrorCode
    /// What the provider said, if its words may be passed on.
    let words: String?
    /// What the provider said, if it may not.
    let secret: String?

    init(status: Int, body: [UInt8]) {
        let text = String(decoding: body, as: UTF8.self)
        code = Self.code(status, text.lowercased())
        let root = (try? JSONDocument.parse(body, maximumDepth: 512))?.root
        // Google answers streams with a list of one.
        let document = root?[index: 0] ?? root
        let candidates = [
            document?["error"]?["message"], document?["error"], document?["message"], document?["Message"],
            document?["detail"],
        ]
        // The account's name stays behind, and what was said of a credential or of the account altogether.
        let said = candidates.lazy.compactMap { $0?.string }.first?.replacing(
            /\S*\borg[-_]\S+|\([0-9a-f\-]{36}\)\S*/, with: "***")
        let isSecret = code == .providerAuthentication || code == .providerBilling
        words = isSecret ? nil : said
        secret = isSecret ? said : nil
    }

    private static func code(_ status: Int, _ text: String) -> ErrorCode {
        let tooLong = [
            "context length", "prompt is too long", "input tokens exceeded", "exceeds the maximum number of",
        ]
        switch status {
        case 400 where text.contains("api_key_invalid"): return .providerAuthentication
        case 400 where tooLong.contains(where: text.contains): return .contextLengthExceeded
        case 400 where text.contains("model identifier is invalid"): return .modelNotFound
        case 400, 413, 422: return .providerRejected
        case 401, 403: return .providerAuthentication
        case 402: return .providerBilling
        case 404: return .modelNotFound
        case 429 where text.contains("request too large"): return .providerRejected
        // A quota of a day, or of nothing.
        case 429 where text.contains("perday") || text.contains("limit: 0"): return .providerBilling
        case 429: return .providerRateLimited
        default: return .providerError
        }
    }
}
