/// The bounds of the cache in memory.
public struct CacheSize: Sendable, Equatable {
    public var maximumEntries = 10_000
    public var maximumBytes = 256 << 20

    public init() {}
}

/// What is kept, and for how long: contract 13.8.
public struct CacheOptions: Sendable, Equatable {
    /// A program that embeds the hub asks for it; the service's own default is on.
    public var isEnabled = false
    /// In memory.
    public var lifetime: Duration = .seconds(300)
    /// Behind it, shared by replicas.
    public var sharedLifetime: Duration = .seconds(3600)
    /// The same of embeddings, which never change.
    public var embeddingLifetime: Duration = .seconds(86_400)
    /// Calls above it are not kept; nil keeps all.
    public var maximumTemperature: Double?
    /// Tenants share what is kept.
    public var isGlobal = false
    /// The first that fits decides.
    public var rules: [Rule] = []

    /// What holds for some models only.
    public struct Rule: Sendable, Equatable {
        /// A glob over the model asked for, the planned one and `provider/model`.
        public var pattern: String
        public var isEnabled = true
        /// In memory and behind it; nil: as for all.
        public var lifetime: Duration?
        public var maximumTemperature: Double?

        public init(
            pattern: String, isEnabled: Bool = true, lifetime: Duration? = nil, maximumTemperature: Double? = nil
        ) {
            self.pattern = pattern
            self.isEnabled = isEnabled
            self.lifetime = lifetime
            self.maximumTemperature = maximumTemperature
        }
    }

    public init() {}

    /// An answer of more bytes is not kept.
    static let largestAnswer = 1 << 20
}
