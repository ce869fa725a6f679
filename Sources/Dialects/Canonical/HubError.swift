/// A failed call, as everything inside the hub sees it. Rendered for clients by their dialect's `Errors` file.
///
/// One reference in size: every function that can throw it has room for it in its frame, and failures are rare.
@dynamicMemberLookup
public struct HubError: Error, Equatable, Sendable {
    /// Read and written as members of the error itself.
    public struct Facts: Equatable, Sendable {
        public var code: ErrorCode
        /// For the person who reads it: says what is wrong and, where it can, what to do. Holds no secret.
        public var message: String
        /// The field or header that is wrong: `messages[0].role`.
        public var parameter: String?
        public var provider: String?
        /// Seconds to wait before another attempt.
        public var retryAfter: Int?
        public var upstream: Upstream?
        /// Overrides the code's status where one code has several: 414, 417, 505.
        public var statusOverride: Int?
        /// What those calls used that had finished when another of the same attempt failed: they are paid for.
        public var spent: TokenUsage?
        /// Nothing of the request had been sent to the provider: it cannot have charged for it.
        public var isUnsent = false
        /// The same again can only fail again, whatever the code says of its like.
        public var isPermanent = false
    }

    private indirect enum Box: Equatable, Sendable {
        case facts(Facts)
    }

    private var box: Box

    public init(_ code: ErrorCode, _ message: String, parameter: String? = nil) {
        box = .facts(Facts(code: code, message: message, parameter: parameter))
    }

    public subscript<Value>(dynamicMember field: WritableKeyPath<Facts, Value>) -> Value {
        get { facts[keyPath: field] }
        set { facts[keyPath: field] = newValue }
    }

    private var facts: Facts {
        get {
            switch box {
            case .facts(let facts): facts
            }
        }
        set { box = .facts(newValue) }
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

    public var status: Int { facts.statusOverride ?? facts.code.facts.status }
    public var isRetryable: Bool { facts.code.facts.isRetryable && !facts.isPermanent }

    /// A field that is missing or has a wrong value.
    public static func validation(_ parameter: String, _ problem: String) -> HubError {
        HubError(.validationFailed, "\(parameter) \(problem)", parameter: parameter)
    }
}
