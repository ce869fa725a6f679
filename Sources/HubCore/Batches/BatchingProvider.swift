public import Dialects

/// A provider with batches of its own: it answers many calls within a day, at rates of their own.
public protocol BatchingProvider: LLMProvider {
    /// Whether it is to be asked that way.
    var takesBatches: Bool { get }
    /// What one of its batches holds; more is not handed to it.
    var batchBounds: ProviderBatchBounds { get }

    /// What a line of its batch asks for a call; nil if it would go to another of its endpoints, or to none.
    func batchBody(_ call: ProviderCall, for endpoint: BatchEndpoint) throws(HubError) -> [UInt8]?
    /// Reads the answer of status 2xx that a line came to.
    func batchAnswer(_ body: [UInt8], to request: CompletionRequest) throws(HubError) -> CompletionResponse
    /// Reads any other.
    func batchFailure(status: Int, body: [UInt8]) -> HubError

    /// A request as it stands in the batch, with what parts it from the next.
    /// - Parameters:
    ///   - body: of `batchBody`.
    ///   - number: of the line, under which its result comes back.
    func batchLine(_ body: [UInt8], number: Int, in draft: ProviderBatchDraft) -> [UInt8]
    /// Hands a batch over, and returns the provider's id of it.
    func submitBatch(_ draft: ProviderBatchDraft) async throws(HubError) -> String
    /// A batch that may have been handed over: whoever did it may not have lived to tell.
    func submittedBatch(_ handOver: BatchHandOver) async throws(HubError) -> SubmittedBatch
    /// How it stands; nil if the provider does not know it any more.
    func batchState(_ id: String) async throws(HubError) -> ProviderBatch?
    func cancelBatch(_ id: String) async throws(HubError)
    /// Reads the results of a batch that is over, in any order, none before the last one was taken. What is not among them
    /// was not answered. Those of other batches are left out; one may come twice.
    /// - Parameter name: the hub's id of the batch.
    func readBatchResults(
        _ batch: ProviderBatch, of name: String, _ take: (ProviderBatchResult) async throws(HubError) -> Void
    ) async throws(HubError)
    /// What was said in it is the provider's no longer.
    func deleteBatch(_ batch: ProviderBatch) async
}

/// What a batch of a provider holds.
public struct ProviderBatchBounds: Sendable, Equatable {
    public var lines: Int
    /// Of all requests together, as they are handed over.
    public var bytes: Int
    /// All requests are to one model.
    public var holdsOneModel: Bool

    public init(lines: Int, bytes: Int, holdsOneModel: Bool = false) {
        self.lines = lines
        self.bytes = bytes
        self.holdsOneModel = holdsOneModel
    }
}

/// A hand-over that was begun.
public struct BatchHandOver: Sendable, Equatable {
    /// The hub's id of the batch.
    public var name: String
    /// Requests that were in it.
    public var lineCount: Int
    /// Seconds since 1970.
    public var begun: Int
    /// Seconds after which it is over, and its batch in the provider's lists, if it made one. Before that nothing says that it
    /// made none: whoever began it may still be at it.
    public var longest: Int

    public init(name: String, lineCount: Int, begun: Int, longest: Int = longest) {
        self.name = name
        self.lineCount = lineCount
        self.begun = begun
        self.longest = longest
    }

    /// Where the configuration says nothing else.
    public static let longest = 600
    /// Seconds that a provider's clock may differ.
    public static let clockDifference = 600
}

/// What became of a hand-over.
public enum SubmittedBatch: Sendable, Equatable {
    case none
    /// The provider's id of the batch.
    case found(String)
    /// A batch that is under way may be it, which its end will show.
    case undecided
}

/// How a provider's batch stands.
public struct ProviderBatch: Sendable, Equatable {
    /// The provider's.
    public var id: String
    public var status: Batch.Status
    /// With results, where the provider keeps them so.
    public var resultFileIDs: [String] = []
    /// Nil where it is no file.
    public var inputFileID: String?
    /// Why it failed as a whole.
    public var problem: String?

    public init(id: String, status: Batch.Status) {
        self.id = id
        self.status = status
    }
}

/// What a request of a provider's batch came to.
public struct ProviderBatchResult: Sendable, Equatable {
    /// Of the line, as it was handed over.
    public var number: Int
    /// 2xx: an answer.
    public var status: Int
    /// In the provider's form.
    public var body: [UInt8]

    public init(number: Int, status: Int, body: [UInt8]) {
        self.number = number
        self.status = status
        self.body = body
    }
}

/// The one call that a request of a batch comes to.
public struct BatchCall: Sendable {
    public let provider: any BatchingProvider
    public let call: ProviderCall
    let plan: RoutePlan
}
