import Dialects
import HTTPClient
import Wire

/// An error of the hub as a client finds it in its own form.
struct ToldError {
    let message: String
    private let client: WireDialect
    /// What the form has for a code.
    private let code: String?
    private let status: Int

    init(_ client: WireDialect, _ exchange: ReplayExchange) {
        let error = exchange.json?["error"]
        self.client = client
        status = exchange.status
        switch client {
        case .openAI, .responses: code = error?["code"]?.string
        case .anthropic: code = error?["type"]?.string
        case .gemini: code = error?["details"]?[index: 0]?["reason"]?.string
        case .bedrock: code = exchange.headers["x-amzn-errortype"]
        }
        message = (error?["message"] ?? exchange.json?["message"])?.string ?? ""
    }

    func codeProblem(_ wanted: ErrorCode) -> String? {
        let expected: [String] =
            switch client {
            case .openAI, .responses: [wanted.rawValue]
            case .gemini: [wanted.rawValue.uppercased()]
            case .anthropic: [Self.anthropic(status)]
            case .bedrock: Self.bedrock(status)
            }
        return expected.contains(code ?? "") ? nil : "code \(code ?? "none") for \(wanted.rawValue)"
    }

    /// Anthropic's form tells kinds apart by their status alone.
    private static func anthropic(_ status: Int) -> String {
        switch status {
        case 400: "invalid_request_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 503: "overloaded_error"
        default: "api_error"
        }
    }

    /// The classes of AWS's clients for a status; those that Bedrock itself raised are passed on by name.
    private static func bedrock(_ status: Int) -> [String] {
        switch status {
        case 400: ["ValidationException", "ServiceQuotaExceededException"]
        case 404: ["ResourceNotFoundException"]
        case 429: ["ThrottlingException"]
        case 503: ["ServiceUnavailableException"]
        default: ["ModelErrorException", "InternalServerException", "ServiceUnavailableException"]
        }
    }
}
