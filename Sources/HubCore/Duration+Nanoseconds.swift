extension Duration {
    /// Nanoseconds, at most `UInt64.max / 2` so that sums of a few do not overflow.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        guard seconds < 1 << 33 else { return .max / 2 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
    }
}
