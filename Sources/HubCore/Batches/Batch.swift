/// A batch: many requests of one caller, answered within a day: contract 2.11. Pure; moments are seconds since 1970.
public struct Batch: Sendable, Equatable {
    /// In OpenAI's words.
    public enum Status: String, Sendable, CaseIterable {
        case validating, failed
        case inProgress = "in_progress"
        case finalizing, completed, expired, cancelling, cancelled

        /// Nothing happens to it any more.
        public var isFinal: Bool {
            switch self {
            case .completed, .failed, .expired, .cancelled: true
            case .validating, .inProgress, .finalizing, .cancelling: false
            }
        }
    }

    public struct Counts: Sendable, Equatable {
        public var total = 0
        public var completed = 0
        public var failed = 0

        public init() {}
    }

    /// In whose name its requests are made.
    public struct Creator: Sendable, Equatable {
        /// Nil where nobody is asked for a key.
        public var keyID: String?
        /// Of the headers that came with the batch.
        public var user: String?
        public var team: String?
        public var project: String?
        public var address: String?

        public init() {}
    }

    /// The batch of a provider that answers this one.
    public struct Upstream: Sendable, Equatable {
        public var provider: String
        /// Nil until the provider has taken it.
        public var batchID: String?
        /// When its hand-over was begun, unless the provider is known not to have taken it.
        public var handOverBegun: Int?

        public init(provider: String, batchID: String? = nil, handOverBegun: Int? = nil) {
            self.provider = provider
            self.batchID = batchID
            self.handOverBegun = handOverBegun
        }
    }

    /// 24 hours.
    public static let windowSeconds = 86_400
    /// Of what it writes, unless its creator says otherwise.
    public static let outputLifetimeSeconds = 30 * 86_400
    /// Problems that are told: the first ones.
    public static let maximumProblems = 50

    public let id: String
    public let tenant: String
    public let endpoint: BatchEndpoint
    public let inputFileID: String
    public let creator: Creator
    public let createdAt: Int
    public var metadata: [String: String] = [:]
    public var outputLifetime = outputLifetimeSeconds
    public internal(set) var status = Status.validating
    /// Counted where its results are kept.
    public var counts = Counts()
    /// Counted where it is kept: one more with each change.
    public var version: Int64 = 1
    public internal(set) var problems: [BatchProblem] = []
    /// When it took each status.
    public internal(set) var moments: [Status: Int] = [:]
    /// What it becomes when its files are written.
    public internal(set) var ending: Status?
    /// Nil: its lines are answered here, one by one.
    public internal(set) var upstream: Upstream?
    /// Where its files are written to; theirs from the end on, if anything is in them.
    public internal(set) var outputFileID: String?
    public internal(set) var errorFileID: String?

    public init(
        id: String, tenant: String, endpoint: BatchEndpoint, inputFileID: String, creator: Creator, createdAt: Int
    ) {
        self.id = id
        self.tenant = tenant
        self.endpoint = endpoint
        self.inputFileID = inputFileID
        self.creator = creator
        self.createdAt = createdAt
    }

    /// Lines that have no answer by then get none.
    public var expiresAt: Int { createdAt + Self.windowSeconds }

    // MARK: What happens to it

    public enum Event: Sendable {
        /// Its input is as it must be.
        case accepted(lines: Int, upstream: Upstream?)
        /// Its input is not, or cannot be read any more.
        case refused([BatchProblem])
        /// It is handed to the provider from now on, which may take it.
        case handingOver
        /// The provider said that it has not taken it.
        case notHandedOver
        /// The provider has taken it under this id.
        case submitted(batchID: String)
        /// The provider does not take it, or left lines unanswered: they are answered here.
        case turnedDown
        /// Every line has its result.
        case answered
        case ranOutOfTime
        case cancelled
        /// Its files are written; nil for one in which nothing would be.
        case written(outputFileID: String?, errorFileID: String?)
    }

    /// False where it changes nothing: another replica, or its caller, was faster.
    /// - Parameter fileIDs: for what it will write.
    public mutating func apply(
        _ event: Event, at now: Int, fileIDs: () -> (output: String, error: String)
    ) -> Bool {
        switch (event, status) {
        case (.accepted(let lines, let upstream), .validating):
            counts.total = lines
            self.upstream = upstream
            become(.inProgress, now)
        case (.refused(let problems), .validating), (.refused(let problems), .inProgress):
            self.problems = Array(problems.prefix(Self.maximumProblems))
            become(.failed, now)
        case (.handingOver, .inProgress):
            guard upstream != nil, upstream?.batchID == nil else { return false }
            upstream?.handOverBegun = now
        case (.notHandedOver, .inProgress), (.notHandedOver, .cancelling):
            guard upstream?.batchID == nil, upstream?.handOverBegun != nil else { return false }
            upstream?.handOverBegun = nil
        case (.submitted(let batchID), .inProgress), (.submitted(let batchID), .cancelling):
            guard upstream != nil, upstream?.batchID == nil else { return false }
            upstream?.batchID = batchID
        case (.turnedDown, .inProgress):
            guard upstream != nil else { return false }
            upstream = nil
        case (.answered, .inProgress): finish(as: .completed, becoming: .finalizing, now, fileIDs)
        case (.ranOutOfTime, .inProgress), (.ranOutOfTime, .validating):
            finish(as: .expired, becoming: .finalizing, now, fileIDs)
        case (.cancelled, .inProgress), (.cancelled, .validating):
            finish(as: .cancelled, becoming: .cancelling, now, fileIDs)
        case (.written(let output, let error), .finalizing), (.written(let output, let error), .cancelling):
            guard let ending else { return false }
            outputFileID = output
            errorFileID = error
            become(ending, now)
        default: return false
        }
        return true
    }

    private mutating func finish(
        as ending: Status, becoming status: Status, _ now: Int, _ fileIDs: () -> (output: String, error: String)
    ) {
        self.ending = ending
        (outputFileID, errorFileID) = fileIDs()
        become(status, now)
    }

    private mutating func become(_ status: Status, _ now: Int) {
        self.status = status
        moments[status] = now
    }
}
