/// What the hub knows about an answer: contract 2.1 `metadata`, 2.9 `hub`.
public struct AnswerMetadata: Sendable {
    public var requestID = ""
    public var traceID = ""
    public var provider = ""
    public var model = ""
    public var cache: CacheStatus = .bypass
    public var routeReason = ""
    public var attempts: [AttemptRecord] = []
    public var isFallback = false
    public var latencyMilliseconds = 0.0
    public var providerLatencyMilliseconds = 0.0
    /// Nil if no provider reported any: not known is not zero.
    public var usage: TokenUsage?
    /// Nil when some class that was used has no price.
    public var costNanoDollars: Int?
    public var droppedParameters: [String] = []
    /// Of a stream that broke and was gone on with: who began it.
    public var resumedFrom: StreamOrigin?

    public init() {}
}

/// Who began a stream that another provider went on with.
public struct StreamOrigin: Sendable, Equatable {
    public var provider: String
    public var model: String
    /// Of its text, in Unicode scalars, that the client was sent.
    public var characters: Int

    public init(provider: String, model: String, characters: Int) {
        self.provider = provider
        self.model = model
        self.characters = characters
    }
}

/// Where an answer came from: `x-hub-cache`.
public enum CacheStatus: String, Sendable {
    case bypass, miss, coalesced
    case hitL1 = "hit-l1"
    case hitL2 = "hit-l2"

    public var isHit: Bool { self == .hitL1 || self == .hitL2 }
}

/// One call to a provider on behalf of a request.
public struct AttemptRecord: Sendable {
    public enum Outcome: String, Sendable {
        case success, error, timeout, aborted
    }

    public var attemptID: String
    public var provider: String
    public var model: String
    public var outcome: Outcome
    /// The provider's HTTP status; 0 if none came.
    public var status: Int
    public var latencyMilliseconds: Double
    /// The class of what went wrong.
    public var fault: String?

    public init(
        attemptID: String, provider: String, model: String, outcome: Outcome, status: Int,
        latencyMilliseconds: Double, fault: String? = nil
    ) {
        self.attemptID = attemptID
        self.provider = provider
        self.model = model
        self.outcome = outcome
        self.status = status
        self.latencyMilliseconds = latencyMilliseconds
        self.fault = fault
    }
}
