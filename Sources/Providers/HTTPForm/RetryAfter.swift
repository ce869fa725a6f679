internal import HTTPClient
internal import Reactor
internal import Wire

/// How long a provider asks to be left alone.
enum RetryAfter {
    /// Longer waits are not believed.
    private static let longest = 86_400

    /// Whole seconds, rounded up; nil without a usable header. A date that has passed is no time.
    /// - Parameter now: seconds since 1970, for a date where the answer does not say its own.
    static func seconds(
        _ headers: HTTPClientHeaders, now: Int = Int(WallClock.nanoseconds / 1_000_000_000)
    ) -> Int? {
        if let text = headers["retry-after-ms"], let milliseconds = Double(text),
            (0...Double(longest) * 1000).contains(milliseconds)
        {
            return Int((milliseconds / 1000).rounded(.up))
        }
        guard let text = headers["retry-after"] else { return nil }
        if let date = HTTPDate.parse(text) {
            // By the provider's clock: it may differ from the hub's.
            let wait = date - (headers["date"].flatMap { HTTPDate.parse($0) } ?? now)
            return wait <= longest ? max(0, wait) : nil
        }
        guard let seconds = Double(text), (0...Double(longest)).contains(seconds) else { return nil }
        return Int(seconds.rounded(.up))
    }
}
