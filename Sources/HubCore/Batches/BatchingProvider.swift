public import Dialects

/// A provider with batches of its own: it answers many calls within a day, at rates of their own.
public protocol BatchingProvider: LLMProvider {
    /// Whether it is to be asked that way.
    var takesBatches: Bool { get }

    /// What a line of its batch asks for a call; nil if it would go to another of its endpoints.
    func batchBody(_ call: ProviderCall, for endpoint: BatchEndpoint) throws(HubError) -> [UInt8]?
    /// Reads the answer of status 2xx that a line came to.
    func batchAnswer(_ body: [UInt8], to call: ProviderCall) throws(HubError) -> CompletionResponse
    /// Reads any other.
    func batchFailure(status: Int, body: [UInt8]) -> HubError

    /// Hands a batch over, and returns the provider's id of it.
    /// - Parameters:
    ///   - lines: in OpenAI's form.
    ///   - name: by which `submittedBatch` finds it again.
    func submitBatch(
        _ lines: [UInt8], endpoint: BatchEndpoint, name: String
    ) async throws(HubError) -> String
    /// A batch that was handed over, if it was: whoever did it may not have lived to tell.
    /// - Parameter moment: when it was not there yet; seconds since 1970.
    func submittedBatch(named name: String, since moment: Int) async throws(HubError) -> String?
    /// How it stands; nil if the provider does not know it any more.
    func batchState(_ id: String) async throws(HubError) -> ProviderBatch?
    func cancelBatch(_ id: String) async throws(HubError)
    /// Reads a file that a batch left, in pieces, none before the last one was taken. Nothing if it is not there.
    func readBatchFile(
        _ id: String, _ take: ([UInt8]) async throws(HubError) -> Void
    ) async throws(HubError)
    /// What was said in it is the provider's no longer.
    func deleteBatchFile(_ id: String) async
}

/// How a provider's batch stands.
public struct ProviderBatch: Sendable, Equatable {
    public var status: Batch.Status
    public var inputFileID: String?
    public var outputFileID: String?
    public var errorFileID: String?
    /// Why it failed as a whole.
    public var problem: String?

    public init(
        status: Batch.Status, inputFileID: String?, outputFileID: String?, errorFileID: String?, problem: String?
    ) {
        self.status = status
        self.inputFileID = inputFileID
        self.outputFileID = outputFileID
        self.errorFileID = errorFileID
        self.problem = problem
    }
}

/// The one call that a request of a batch comes to.
public struct BatchCall: Sendable {
    public let provider: any BatchingProvider
    public let call: ProviderCall
    let plan: RoutePlan
}
