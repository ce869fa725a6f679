/// How much of an answer has arrived, for one that ends before its provider has counted it.
///
/// An event carries a token or more. What it is longer than the shortest of its stream is taken for text, four bytes a
/// token: contract 12.1.
struct ArrivedOutput {
    private var events = 0
    private var bytes = 0
    private var shortest = Int.max

    /// - Parameter size: bytes of an event that carries something generated.
    mutating func note(eventOf size: Int) {
        events += 1
        bytes += size
        shortest = min(shortest, size)
    }

    var tokens: Int {
        guard events > 0 else { return 0 }
        return max(events, (bytes - events * shortest) / 4)
    }
}
