/// The requests of a provider's batch as they gather, in the provider's own form. Pure.
public struct ProviderBatchDraft: Sendable {
    /// The hub's id of the batch, by which it is found again.
    public let name: String
    public let endpoint: BatchEndpoint
    public let bounds: ProviderBatchBounds
    /// Seconds that its hand-over may take: half of `BatchHandOver.longest`, so that as much is left for lists to lag behind.
    public let handOverSeconds: Int
    /// Of the first request.
    public private(set) var model = ""
    public private(set) var count = 0
    /// All requests, each with what parts it from the next.
    public private(set) var content: [UInt8] = []

    public init(
        name: String, endpoint: BatchEndpoint, bounds: ProviderBatchBounds, longestHandOver: Int = BatchHandOver.longest
    ) {
        self.name = name
        self.endpoint = endpoint
        self.bounds = bounds
        handOverSeconds = max(1, longestHandOver / 2)
    }

    /// Nil, or why the request does not fit, after which the draft is of no use.
    public mutating func add(_ line: [UInt8], model: String) -> String? {
        if count == 0 { self.model = model }
        guard !bounds.holdsOneModel || model == self.model else { return "it holds requests to one model only" }
        guard count < bounds.lines else { return "it holds at most \(bounds.lines) requests" }
        guard line.count <= bounds.bytes - content.count else { return "it holds at most \(bounds.bytes) bytes" }
        count += 1
        content += line
        return nil
    }
}
