/// What a provider says of its own limits, in the headers of an answer.
public struct ProviderLimits: Sendable, Equatable {
    public struct Window: Sendable, Equatable {
        /// Nil where it is not told.
        public var limit: Int?
        public var remaining: Int
        /// Nanoseconds until all of it is free again.
        public var reset: UInt64

        public init(limit: Int?, remaining: Int, reset: UInt64) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
        }

        var isTouched: Bool { limit.map { remaining < $0 } ?? true }

        /// What is free after so many nanoseconds, if it comes back evenly and nobody takes of it.
        func free(after elapsed: UInt64) -> Int {
            guard elapsed < reset else { return limit ?? .max }
            guard let limit, limit > remaining else { return remaining }
            return remaining + Int(Double(limit - remaining) * Double(elapsed) / Double(reset))
        }
    }

    public var requests: Window?
    /// Of the prompt, or of prompt and answer together.
    public var tokens: Window?

    public init(requests: Window? = nil, tokens: Window? = nil) {
        self.requests = requests
        self.tokens = tokens
    }
}

/// Is told what the answer to a call says besides.
public protocol CallObserver: AnyObject, Sendable {
    /// - Parameter now: monotonic nanoseconds.
    func noteLimits(_ limits: ProviderLimits, at now: UInt64)
}
