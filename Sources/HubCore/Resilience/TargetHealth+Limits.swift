internal import Synchronization

/// The provider's own limits, as it told them last.
extension TargetHealth: CallObserver {
    struct ToldLimits {
        var limits = ProviderLimits()
        var at: UInt64 = 0
    }

    public func noteLimits(_ limits: ProviderLimits, at now: UInt64) {
        told.withLock { $0 = ToldLimits(limits: limits, at: now) }
        var until: UInt64 = 0
        for window in [limits.requests, limits.tokens] {
            if let window, window.isTouched { until = max(until, now &+ window.reset) }
        }
        touchedUntil.store(until, ordering: .relaxed)
    }

    /// Whether the provider would most likely refuse another call, because of its limits.
    /// - Parameter exceeds: whether the call's prompt has more tokens than these.
    func lacksRoom(at now: UInt64, exceeds: (Int) -> Bool) -> Bool {
        guard touchedUntil.load(ordering: .relaxed) > now else { return false }
        let told = told.withLock { $0 }
        let elapsed = now > told.at ? now - told.at : 0
        if let requests = told.limits.requests, requests.free(after: elapsed) < 1 { return true }
        guard let tokens = told.limits.tokens else { return false }
        let free = tokens.free(after: elapsed)
        return free < 1 || exceeds(free)
    }
}
