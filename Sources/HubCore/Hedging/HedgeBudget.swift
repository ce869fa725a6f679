/// Keeps second calls to a share of the requests. Pure.
///
/// Each request earns its share of a second call; what is earned and not spent adds up to a few, so that a slow minute can
/// have several, and a quiet hour no flood.
struct HedgeBudget: Equatable {
    /// Second calls that can be saved up.
    static let most = 10.0
    private let share: Double
    private(set) var earned = 0.0

    init(share: Double) {
        self.share = share
    }

    mutating func countRequest() {
        earned = min(Self.most, earned + share)
    }

    /// Sums of tenths are not exact to the last bit.
    var hasOne: Bool { earned + 1e-9 >= 1 }

    /// True if one may be made: it is spent.
    mutating func take() -> Bool {
        guard hasOne else { return false }
        earned = max(0, earned - 1)
        return true
    }
}
