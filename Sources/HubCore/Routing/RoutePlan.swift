/// Where a call goes, and why.
public final class RoutePlan: Sendable {
    public let entry: ProviderEntry
    public let model: String
    public let modelEntry: ModelEntry
    /// `x-hub-route-reason`.
    public let reason: String

    init(entry: ProviderEntry, model: String, modelEntry: ModelEntry, reason: String) {
        self.entry = entry
        self.model = model
        self.modelEntry = modelEntry
        self.reason = reason
    }

    /// The request itself names the target.
    var isExplicit: Bool { reason.utf8.starts(with: "explicit".utf8) }

    /// Of a call beside the first one: no fallback from it.
    var isHedge: Bool { reason.hasSuffix("+hedge") }

    func with(reason: String) -> RoutePlan {
        RoutePlan(entry: entry, model: model, modelEntry: modelEntry, reason: reason)
    }
}

/// The targets of a request in the order in which they are called.
struct RouteCandidates {
    let first: RoutePlan
    /// Empty for most requests.
    var others: ArraySlice<RoutePlan> = []
    /// Another of them may go on with a stream that breaks.
    var rescuesStreams = false
    /// Of a second call beside the first; nil: none is made.
    var hedge: HedgeMeter?

    var count: Int { 1 + others.count }
    subscript(position: Int) -> RoutePlan {
        position == 0 ? first : others[others.startIndex + position - 1]
    }
}
