public import Dialects
public import Wire

/// A row of the ledger: who called what, and what came of it.
public struct LedgerRow: Sendable, Equatable {
    public var call: LedgerCall
    public var result: LedgerResult

    public init(call: LedgerCall, result: LedgerResult) {
        self.call = call
        self.result = result
    }
}

/// What is known of a call as it begins. Made without allocating: its texts are the request's own.
public struct LedgerCall: Sendable, Equatable {
    public enum Operation: UInt8, Sendable, CaseIterable {
        case chat, textCompletion, embeddings

        public var text: StaticString {
            switch self {
            case .chat: "chat"
            case .textCompletion: "text_completion"
            case .embeddings: "embeddings"
            }
        }
    }

    public var attemptID: LedgerID
    public var requestID: LedgerID
    /// From 1, over all calls of the request; of two that race, by when they began.
    public var sequence: Int
    public var traceID: TraceContext.TraceID
    public var keyID: String?
    public var user: String?
    public var team: String?
    public var project: String?
    public var environment: String?
    public var tags: [String] = []
    public var provider: String
    /// As the provider calls it.
    public var model: String
    public var operation: Operation
    public var isStream: Bool
    /// Nanoseconds since 1970.
    public var startedAt: UInt64
    /// Tokens of the prompt by its size alone, for a call that nobody sees the end of.
    public var estimatedInput: Int
    /// Of budgets; nano-dollars.
    public var reservedNanoDollars: Int = 0

    public init(
        attemptID: LedgerID, requestID: LedgerID, sequence: Int, traceID: TraceContext.TraceID, provider: String,
        model: String, operation: Operation, isStream: Bool, startedAt: UInt64, estimatedInput: Int
    ) {
        self.attemptID = attemptID
        self.requestID = requestID
        self.sequence = sequence
        self.traceID = traceID
        self.provider = provider
        self.model = model
        self.operation = operation
        self.isStream = isStream
        self.startedAt = startedAt
        self.estimatedInput = estimatedInput
    }
}

/// An id that is written as text when the row is.
public enum LedgerID: Sendable, Equatable {
    case text(String)
    case identifier(Identifier)

    public var text: String {
        switch self {
        case .text(let text): text
        case .identifier(let identifier): identifier.text
        }
    }

    public static func == (left: LedgerID, right: LedgerID) -> Bool { left.text == right.text }
}

/// What came of a call.
public struct LedgerResult: Sendable, Equatable {
    public enum Outcome: UInt8, Sendable, CaseIterable {
        case success, error, timeout, aborted
        /// The hub ended before the call did.
        case lost

        public var text: StaticString {
            switch self {
            case .success: "success"
            case .error: "error"
            case .timeout: "timeout"
            case .aborted: "aborted"
            case .lost: "lost"
            }
        }
    }

    public var outcome: Outcome
    /// The provider's HTTP status; 0 if none came.
    public var status = 0
    public var errorCode: ErrorCode?
    /// Nanoseconds after the start.
    public var firstTokenAfter: UInt64?
    public var endedAfter: UInt64
    /// The model that the provider says it ran.
    public var servedModel: String?
    public var usage = TokenUsage()
    /// The usage is the hub's estimate, or has a part that is.
    public var isEstimated = false
    /// The price that was applied.
    public var price: LedgerPrice?
    /// Nano-dollars; nil: a price or the usage is not known.
    public var costNanoDollars: Int?

    public init(_ outcome: Outcome, endedAfter: UInt64) {
        self.outcome = outcome
        self.endedAfter = endedAfter
    }
}

/// Which of a model's prices was applied.
public struct LedgerPrice: Sendable, Equatable {
    /// Nil: a price without a first day.
    public var effectiveFrom: CalendarDay?
    public var service: Price.Service

    public init(effectiveFrom: CalendarDay?, service: Price.Service) {
        self.effectiveFrom = effectiveFrom
        self.service = service
    }

    /// Prices have no ids of their own: `provider/model@2026-01-01`, with `#batch` and the like behind it for a service.
    public func id(provider: String, model: String) -> String {
        var text = "\(provider)/\(model)"
        if let effectiveFrom { text += "@\(effectiveFrom.text)" }
        if service != .standard { text += "#\(service.rawValue)" }
        return text
    }
}
