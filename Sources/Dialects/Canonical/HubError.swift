/// A failed call, as everything inside the hub sees it. Rendered for clients by their dialect's `Errors` file.
///
/// One reference in size: every function that can throw it has room for it in its frame, and failures are rare.
public struct HubError: Error, Equatable, Sendable {
    private struct Facts: Equatable, Sendable {
        var code: ErrorCode
        var message: String
        var parameter: String?
        var provider: String?
        var retryAfter: Int?
        var upstream: Upstream?
        var statusOverride: Int?
    }

    private indirect enum Box: Equatable, Sendable {
        case facts(Facts)
    }

    private var box: Box

    private var facts: Facts {
        get {
            switch box {
            case .facts(let facts): facts
            }
        }
        set { box = .facts(newValue) }
    }

    public init(_ code: ErrorCode, _ message: String, parameter: String? = nil) {
        box = .facts(Facts(code: code, message: message, parameter: parameter))
    }

    public var code: ErrorCode {
        get { facts.code }
        set { facts.code = newValue }
    }
    /// For the person who reads it: says what is wrong and, where it can, what to do. Holds no secret.
    public var message: String {
        get { facts.message }
        set { facts.message = newValue }
    }
    /// The field or header that is wrong: `messages[0].role`.
    public var parameter: String? {
        get { facts.parameter }
        set { facts.parameter = newValue }
    }
    public var provider: String? {
        get { facts.provider }
        set { facts.provider = newValue }
    }
    /// Seconds to wait before another attempt.
    public var retryAfter: Int? {
        get { facts.retryAfter }
        set { facts.retryAfter = newValue }
    }
    public var upstream: Upstream? {
        get { facts.upstream }
        set { facts.upstream = newValue }
    }
    /// Overrides the code's status where one code has several: 414, 417, 505.
    public var statusOverride: Int? {
        get { facts.statusOverride }
        set { facts.statusOverride = newValue }
    }

    /// What the provider said, for `details`.
    public struct Upstream: Equatable, Sendable {
        public var status: Int
        public var code: String?
        public var message: String?

        public init(status: Int, code: String? = nil, message: String? = nil) {
            self.status = status
            self.code = code
            self.message = message
        }
    }

    public var status: Int { statusOverride ?? code.facts.status }
    public var isRetryable: Bool { code.facts.isRetryable }

    /// A field that is missing or has a wrong value.
    public static func validation(_ parameter: String, _ problem: String) -> HubError {
        HubError(.validationFailed, "\(parameter) \(problem)", parameter: parameter)
    }
}
