internal import HTTPClient
internal import HubCore
internal import Reactor
internal import Wire

/// What headers say of a provider's own limits.
///
/// OpenAI, and those that follow it: `x-ratelimit-remaining-requests: 59`, `-limit-`, `-reset-` with a duration such as `6m0s`;
/// some with a window behind, `-tokens-minute`. Anthropic: `anthropic-ratelimit-requests-remaining`, `-reset` with a time.
enum LimitHeaders {
    private static let prefixes = ["x-ratelimit-", "anthropic-ratelimit-"]
    /// Where it is not told when a window ends.
    private static let unknownReset: UInt64 = 1_000_000_000
    /// Longer waits are not believed.
    private static let longest = 86_400.0

    private enum Part: String, CaseIterable { case limit, remaining, reset }
    private enum Kind { case requests, tokens }

    private struct Told {
        var limit: Int?
        var remaining: Int?
        var reset: UInt64?

        var window: ProviderLimits.Window? {
            guard let remaining else { return nil }
            return ProviderLimits.Window(limit: limit, remaining: remaining, reset: reset ?? unknownReset)
        }
    }

    /// Nil where they say nothing.
    /// - Parameter now: seconds since 1970, for a time where the answer does not say its own.
    static func limits(
        _ headers: HTTPClientHeaders, now: Int = Int(WallClock.nanoseconds / 1_000_000_000)
    ) -> ProviderLimits? {
        let fields = headers.fields(withPrefixes: prefixes)
        guard !fields.isEmpty else { return nil }
        let clock = headers["date"].flatMap { HTTPDate.parse($0) } ?? now
        var told: [String: Told] = [:]
        for (name, value) in fields {
            guard let (part, window) = split(name.lowercased()) else { continue }
            switch part {
            case .limit: told[window, default: Told()].limit = count(value)
            case .remaining: told[window, default: Told()].remaining = count(value)
            case .reset: told[window, default: Told()].reset = wait(value, clock)
            }
        }
        var limits = ProviderLimits()
        for (name, told) in told {
            guard let window = told.window else { continue }
            switch kind(name) {
            case .requests: limits.requests = scarcer(limits.requests, window)
            case .tokens: limits.tokens = scarcer(limits.tokens, window)
            case nil: break
            }
        }
        return limits == ProviderLimits() ? nil : limits
    }

    /// `x-ratelimit-remaining-tokens-minute` is what remains of `tokens-minute`.
    private static func split(_ name: String) -> (Part, window: String)? {
        guard let prefix = prefixes.first(where: { name.hasPrefix($0) }) else { return nil }
        let rest = name.dropFirst(prefix.count)
        for part in Part.allCases {
            if rest.hasPrefix(part.rawValue + "-") { return (part, String(rest.dropFirst(part.rawValue.count + 1))) }
            if rest.hasSuffix("-" + part.rawValue) { return (part, String(rest.dropLast(part.rawValue.count + 1))) }
        }
        return nil
    }

    private static func kind(_ window: String) -> Kind? {
        let words = window.split(separator: "-")
        switch words.first {
        case "requests", "req": return .requests
        case "tokens": return .tokens
        case "input": return words.dropFirst().first == "tokens" ? .tokens : nil
        default: return nil
        }
    }

    /// Of several windows the one of which the least is left.
    private static func scarcer(
        _ one: ProviderLimits.Window?, _ other: ProviderLimits.Window
    ) -> ProviderLimits.Window {
        guard let one, one.remaining <= other.remaining else { return other }
        return one
    }

    // MARK: Values

    private static func count(_ text: String) -> Int? {
        Double(text).flatMap { (0...9e18).contains($0) ? Int($0) : nil }
    }

    /// Nanoseconds: of seconds, of a duration such as `1m30s` or `120ms`, or until a time.
    private static func wait(_ text: String, _ now: Int) -> UInt64? {
        let seconds =
            if let plain = Double(text) {
                plain
            } else if let time = RFC3339.parse(text) {
                max(0, Double(time) / 1e9 - Double(now))
            } else {
                duration(text)
            }
        guard let seconds, (0...longest).contains(seconds) else { return nil }
        return UInt64(seconds * 1e9)
    }

    private static func duration(_ text: String) -> Double? {
        var seconds = 0.0
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let length = units[String(unit)] else { return nil }
            seconds += number * length
        }
        return text.isEmpty ? nil : seconds
    }

    private static let units = [
        "h": 3600.0, "m": 60, "s": 1, "ms": 1e-3, "us": 1e-6, "\u{b5}s": 1e-6, "ns": 1e-9, "d": 86_400,
    ]
}
