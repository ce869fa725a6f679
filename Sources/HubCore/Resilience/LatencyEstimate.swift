/// What a call to a target is likely to take: peak EWMA. A slow call counts at once, quick ones only with time, so that
/// a target that got slow is left alone before the mean shows it.
///
/// Nanoseconds throughout. Pure.
struct LatencyEstimate {
    /// In so much time an old peak loses two thirds of its weight.
    private static let decay = 10_000_000_000.0
    private var value = 0.0
    private var updatedAt: UInt64 = 0

    /// Nil until something was measured. Falls while nothing is: whoever was left alone for a slow call is tried again.
    func nanoseconds(at now: UInt64) -> Double? { updatedAt == 0 ? nil : value * weight(at: now) }

    mutating func add(_ sample: UInt64, at now: UInt64) {
        let sample = Double(sample)
        guard updatedAt != 0 else {
            value = sample
            updatedAt = max(1, now)
            return
        }
        let weight = weight(at: now)
        updatedAt = max(updatedAt, now)
        value = sample > value ? sample : value * weight + sample * (1 - weight)
    }

    /// What is left of an old value.
    private func weight(at now: UInt64) -> Double {
        // Reactors look at the clock one after the other: a sample may come late.
        Self.approximateExponential(Double(now > updatedAt ? now - updatedAt : 0) / Self.decay)
    }

    /// e^-x, near enough, without a mathematics library: exact at 0 and falling.
    private static func approximateExponential(_ x: Double) -> Double {
        1 / (1 + x + x * x / 2 + x * x * x / 6)
    }
}
