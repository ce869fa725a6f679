internal import Dialects
internal import Synchronization

/// How one model of one provider has been doing, by the calls made to it, or by those made with one of its keys. Shared by
/// all reactors.
///
/// Calls to a target that is well take no lock: its breaker is looked at through one atomic word.
public final class TargetHealth: Sendable {
    /// The state of a breaker as others see it.
    public enum Breaker: Int, Sendable {
        case closed = 0
        case halfOpen = 1
        case open = 2

        public var label: StaticString {
            switch self {
            case .closed: "closed"
            case .halfOpen: "half-open"
            case .open: "open"
            }
        }
    }

    public let provider: String
    public let model: String
    /// Of one key among several.
    let key: String?
    private let breaker: Mutex<CircuitBreaker>
    /// The breaker's generation, and in the lowest bit whether it is closed and nothing has failed since.
    private let word: Atomic<UInt64>
    let measured = Mutex(Measurements())
    /// Calls under way.
    private let calls = Atomic(0)
    /// Until when the provider asked to be left alone; monotonic nanoseconds.
    private let restsUntil = Atomic<UInt64>(0)
    /// The provider's own limits, and until when something of them is taken; monotonic nanoseconds.
    let told = Mutex(ToldLimits())
    let touchedUntil = Atomic<UInt64>(0)
    /// When it was last compared with others, and until when it rests for it; monotonic nanoseconds.
    let lookedAt = Atomic<UInt64>(0)
    let ejectedUntil = Atomic<UInt64>(0)
    let ejectionCount = Atomic<UInt64>(0)
    private let onChange: @Sendable (BreakerChange) -> Void

    struct Measurements {
        /// To the first payload of streams, and to the end of whole answers.
        var streamed = LatencyEstimate()
        var whole = LatencyEstimate()
        /// The share of calls that succeeded, the youngest counting most.
        var success = 1.0
        var streamedTimes = LatencyHistogram()
        var wholeTimes = LatencyHistogram()
        var cuts = CutShare()
        /// Something was measured since it was last compared with others.
        var hasNews = false
        var outlier = OutlierState()
    }

    init(
        provider: String, model: String, key: String? = nil, policy: BreakerPolicy,
        onChange: @escaping @Sendable (BreakerChange) -> Void
    ) {
        self.provider = provider
        self.model = model
        self.key = key
        self.onChange = onChange
        let new = CircuitBreaker(policy)
        breaker = Mutex(new)
        word = Atomic(Self.word(new))
    }

    // MARK: Breaker

    /// What `ended` wants back.
    struct Permit {
        fileprivate let generation: UInt32
    }

    private static func word(_ breaker: CircuitBreaker) -> UInt64 {
        UInt64(breaker.generation) << 1 | (breaker.isUntouched ? 1 : 0)
    }

    /// Begins a call, or throws `circuitOpen` with the seconds to wait.
    func admit(at now: UInt64) throws(HubError) -> Permit {
        let word = word.load(ordering: .relaxed)
        var permit = Permit(generation: UInt32(truncatingIfNeeded: word >> 1))
        if word & 1 == 0 {
            let (admission, change) = change(at: now) { $0.admit(at: now) }
            if let change { onChange(change) }
            switch admission {
            case .admitted(let generation): permit = Permit(generation: generation)
            case .refused(let until): throw refusal(until: until, now: now)
            }
        }
        calls.wrappingAdd(1, ordering: .relaxed)
        return permit
    }

    /// Ends a call.
    func ended(_ permit: Permit, _ outcome: CircuitBreaker.Outcome, at now: UInt64) {
        calls.wrappingSubtract(1, ordering: .relaxed)
        if outcome != .neutral {
            let score = outcome == .success ? 1.0 : 0
            measured.withLockIfAvailable { $0.success += 0.1 * (score - $0.success) }
        }
        switch outcome {
        case .success, .neutral: if word.load(ordering: .relaxed) & 1 == 1 { return }
        case .failure: break
        }
        let ((), change) = change(at: now) { $0.ended(outcome, generation: permit.generation, at: now) }
        if let change { onChange(change) }
    }

    private func change<Result>(
        at now: UInt64, _ body: (inout CircuitBreaker) -> Result
    ) -> (Result, BreakerChange?) {
        breaker.withLock { breaker in
            let before = breaker.state
            let result = body(&breaker)
            word.store(Self.word(breaker), ordering: .relaxed)
            guard breaker.state != before else { return (result, nil) }
            let state = Breaker(breaker.state)
            return (result, BreakerChange(provider: provider, model: model, key: key, state: state))
        }
    }

    private func refusal(until: UInt64, now: UInt64) -> HubError {
        var error = HubError(.circuitOpen, "\(provider) has failed too often with \(model) and is left alone for now")
        error.provider = provider
        error.retryAfter = max(1, Int(clamping: (until > now ? until - now : 0) + 999_999_999) / 1_000_000_000)
        return error
    }

    public var breakerState: Breaker { breaker.withLock { Breaker($0.state) } }
    public var trips: UInt64 { breaker.withLock { $0.trips } }

    // MARK: Measurements

    /// Adds what a call took, in nanoseconds. One sample more or less says nothing: none waits for another.
    /// - Parameter isComparable: it may be held against other targets.
    func measured(_ nanoseconds: UInt64, isStream: Bool, isComparable: Bool = true, at now: UInt64) {
        measured.withLockIfAvailable { measured in
            if isStream {
                measured.streamed.add(nanoseconds, at: now)
                if isComparable { measured.streamedTimes.add(nanoseconds, at: now) }
            } else {
                measured.whole.add(nanoseconds, at: now)
                if isComparable { measured.wholeTimes.add(nanoseconds, at: now) }
            }
            if isComparable { measured.hasNews = true }
        }
    }

    /// Nanoseconds that this share of the calls of late did not exceed; nil where fewer are known than `minimum`.
    func percentile(_ share: Double, isStream: Bool, of minimum: Int, at now: UInt64) -> UInt64? {
        measured.withLock { measured in
            (isStream ? measured.streamedTimes : measured.wholeTimes).percentile(share, of: Float(minimum), at: now)
        }
    }

    /// What routing goes by.
    func figures(isStream: Bool, at now: UInt64) -> (latency: Double?, success: Double) {
        let (latency, success) = measured.withLock { measured in
            ((isStream ? measured.streamed : measured.whole).nanoseconds(at: now), measured.success)
        }
        // Each call under way makes the next one wait as much longer.
        return (latency.map { $0 * Double(calls.load(ordering: .relaxed) + 1) }, success)
    }

    /// Monotonic nanoseconds until which the provider asked to be left alone.
    var restEnd: UInt64 { restsUntil.load(ordering: .relaxed) }

    func rests(until time: UInt64) { restsUntil.store(time, ordering: .relaxed) }

    /// The provider asked to be left alone.
    func isResting(at now: UInt64) -> Bool { restEnd > now }

    /// Whether its breaker lets nothing through for now, without taking a probe.
    func isShut(at now: UInt64) -> Bool {
        guard word.load(ordering: .relaxed) & 1 == 0 else { return false }
        return breaker.withLock { $0.isShut(at: now) }
    }
}

/// A breaker has opened, let a probe through, or closed.
public struct BreakerChange: Sendable {
    public let provider: String
    public let model: String
    /// Stands for one key among several.
    public let key: String?
    public let state: TargetHealth.Breaker
}

extension TargetHealth.Breaker {
    init(_ state: CircuitBreaker.State) {
        self =
            switch state {
            case .closed: .closed
            case .halfOpen: .halfOpen
            case .open: .open
            }
    }
}
