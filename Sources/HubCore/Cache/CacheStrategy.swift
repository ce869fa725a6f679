/// A cache behind the one in memory, shared by replicas: contract 13.8.
///
/// It never fails a request: what cannot be had in time is a miss, what cannot be written is dropped.
public protocol CacheStrategy: Sendable {
    /// The encoded answer that is kept under a key; nil if there is none, or none in time.
    func answer(for key: CacheKey) async -> [UInt8]?

    /// Keeps an encoded answer in the background.
    func store(_ encoded: [UInt8], for key: CacheKey, tags: CacheTags, lifetime: Duration)

    /// Removes what fits, in the background.
    func purge(_ selection: CacheSelection)
}

/// What a kept answer can be found by when it is to go.
public struct CacheTags: Sendable, Hashable {
    /// `provider/model` that answered.
    public var target: String
    /// Empty where tenants share.
    public var tenant: String

    public init(target: String, tenant: String) {
        self.target = target
        self.tenant = tenant
    }
}

/// Which kept answers are meant.
public enum CacheSelection: Sendable, Equatable {
    case all
    case key(CacheKey)
    /// `provider/model`.
    case target(String)
    case tenant(String)
}
