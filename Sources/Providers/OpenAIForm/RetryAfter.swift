internal import HTTPClient

/// How long a provider asks to be left alone.
enum RetryAfter {
    /// Whole seconds, rounded up; nil without a usable header. Dates are not used by these providers.
    static func seconds(_ headers: HTTPClientHeaders) -> Int? {
        if let text = headers["retry-after-ms"], let milliseconds = Double(text),
            (0...86_400_000).contains(milliseconds)
        {
            return Int((milliseconds / 1000).rounded(.up))
        }
        guard let text = headers["retry-after"], let seconds = Double(text), (0...86_400).contains(seconds) else {
            return nil
        }
        return Int(seconds.rounded(.up))
    }
}
