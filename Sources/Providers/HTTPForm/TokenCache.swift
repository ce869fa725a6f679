/// Decides when a token that expires is used, waited for and fetched anew. Pure: times are monotonic nanoseconds.
struct TokenCache<Value: Equatable & Sendable> {
    enum Step: Equatable {
        case use(Value)
        /// Somebody fetches one, and none that is there will do.
        case wait
        /// The caller has to fetch one, and say `fetched` or `failed`.
        case fetch
    }

    private struct Token {
        var value: Value
        var renewal: UInt64
        var expiry: UInt64
    }

    private var token: Token?
    private(set) var isFetching = false

    /// Fetched anew so long before its end, or in the last fifth of a short life.
    private static var margin: UInt64 { 240_000_000_000 }
    /// After a failure a token that is still good is used so long before the next try.
    private static var patience: UInt64 { 10_000_000_000 }

    /// - Parameter rejected: a token that was refused although its time is not over.
    mutating func next(rejecting rejected: Value?, now: UInt64) -> Step {
        if let token, token.value != rejected, now < token.expiry, isFetching || now < token.renewal {
            return .use(token.value)
        }
        if isFetching { return .wait }
        isFetching = true
        return .fetch
    }

    mutating func fetched(_ value: Value, lifetime: UInt64, now: UInt64) {
        isFetching = false
        token = Token(value: value, renewal: now + lifetime - min(Self.margin, lifetime / 5), expiry: now + lifetime)
    }

    /// Returns the token that can be used all the same.
    mutating func failed(rejecting rejected: Value?, now: UInt64) -> Value? {
        isFetching = false
        guard let known = token, known.value != rejected, now < known.expiry else { return nil }
        token?.renewal = now + Self.patience
        return known.value
    }
}
