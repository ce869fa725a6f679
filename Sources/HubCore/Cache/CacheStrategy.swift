/// A cache behind the one in memory, shared by replicas: contract 13.8.
///
/// It never fails a request: what cannot be had in time is a miss, what cannot be written is dropped.
public protocol CacheStrategy: Sendable {
    /// The encoded answer that is kept under a key; nil if there is none, or none in time.
    func answer(for key: CacheKey) async -> [UInt8]?

    /// The same, and where there is none, an agreement among replicas on who makes the call. Who is not the first waits for
    /// the other's answer: 250 ms for a first sign of progress, and 30 s in all.
    ///
    /// - Parameters:
    ///   - key: of a call that the caller makes otherwise.
    ///   - deadline: in monotonic nanoseconds; the wait ends before it.
    func answerOrLead(for key: CacheKey, until deadline: UInt64) async -> SharedLookUp

    /// The call makes progress: it is worth waiting for. In the background.
    func noteProgress(_ lead: SharedLead)

    /// The call is over, and its answer, if it is to be kept, is on its way to the cache. In the background.
    func end(_ lead: SharedLead)

    /// Keeps an encoded answer in the background.
    func store(_ encoded: [UInt8], for key: CacheKey, tags: CacheTags, lifetime: Duration)

    /// Removes what fits, in the background.
    func purge(_ selection: CacheSelection)
}

/// Those that replicas need not agree on.
extension CacheStrategy {
    public func answerOrLead(for key: CacheKey, until deadline: UInt64) async -> SharedLookUp {
        await answer(for: key).map { .answer($0) } ?? .unknown
    }

    public func noteProgress(_ lead: SharedLead) {}
    public func end(_ lead: SharedLead) {}
}

/// What a shared cache knows of a call.
public enum SharedLookUp: Sendable, Equatable {
    case answer([UInt8])
    /// Nobody makes the call: the caller does, and ends the lead.
    case lead(SharedLead)
    /// The caller makes the call, as others may.
    case unknown
}

/// The right of one caller among all replicas to make a call for all. Ends by itself after 30 s.
public struct SharedLead: Sendable, Hashable {
    public let key: CacheKey
    /// Tells it from an earlier or later one.
    public let number: UInt64

    public init(key: CacheKey, number: UInt64) {
        self.key = key
        self.number = number
    }
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
