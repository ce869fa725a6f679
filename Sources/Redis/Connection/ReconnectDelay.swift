internal import Wire

/// How long to wait before connecting again: twice as long after each failure, with jitter, so that the hubs of a
/// deployment do not come back all at once. Pure.
struct ReconnectDelay {
    private static let first = Duration.milliseconds(50)
    private static let longest = Duration.seconds(2)

    private var next = first

    /// Between half and the whole of what the number of failures asks for.
    mutating func afterFailure(_ random: inout RandomSource) -> Duration {
        let whole = next.components.attoseconds / 1_000_000_000_000 + next.components.seconds * 1_000_000
        next = min(next * 2, Self.longest)
        return .microseconds(Int64.random(in: whole / 2...whole, using: &random))
    }

    mutating func reset() {
        next = Self.first
    }
}
