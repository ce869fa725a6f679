/// Attempts and failures of the last while, in ten parts of equal length.
struct ErrorRateWindow {
    private static let parts = 10
    private let partLength: UInt64
    private var attempts = [Int](repeating: 0, count: parts)
    private var failures = [Int](repeating: 0, count: parts)
    /// The number of the youngest part since the clock's beginning.
    private var newest: UInt64 = 0

    /// - Parameter length: nanoseconds.
    init(length: UInt64) {
        partLength = max(1, length / UInt64(Self.parts))
    }

    mutating func count(isFailure: Bool, at now: UInt64) {
        advance(to: now)
        let index = Int(newest % UInt64(Self.parts))
        attempts[index] += 1
        if isFailure { failures[index] += 1 }
    }

    /// Whether at least this share of at least so many attempts failed.
    func exceeds(_ share: Double, of minimum: Int, at now: UInt64) -> Bool {
        var window = self
        window.advance(to: now)
        let total = window.attempts.reduce(0, +)
        return total >= max(1, minimum) && Double(window.failures.reduce(0, +)) >= share * Double(total)
    }

    mutating func clear() {
        attempts = [Int](repeating: 0, count: Self.parts)
        failures = attempts
    }

    private mutating func advance(to now: UInt64) {
        let part = now / partLength
        guard part > newest else { return }
        for number in 0..<min(part - newest, UInt64(Self.parts)) {
            let index = Int((part - number) % UInt64(Self.parts))
            attempts[index] = 0
            failures[index] = 0
        }
        newest = part
    }
}
