/// What a hub is configured with, besides its providers.
public struct HubOptions: Sendable {
    public var planner = RoutePlanner()
    /// Of one call to a provider.
    public var deadlines = DeadlineTable()
    /// Of a whole request, retries included.
    public var requestTimeout: Duration = .seconds(600)
    public var retry = RetryPolicy()
    public var cache = CacheOptions()
    /// For all callers.
    public var limits: [LimitRule] = []
    /// What is known of models beside what providers are configured with.
    public var catalogue = ModelCatalogue.builtIn
    /// Laid over the catalogue's.
    public var prices = PriceBook()
    /// Whether calls to providers that call nobody have rows in the ledger, too.
    public var ledgersSimulatedCalls = false

    public init() {}
}
