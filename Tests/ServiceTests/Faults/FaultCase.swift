import TestSupport

/// One entry of the fault catalogue: what goes wrong, and what clients are to see of it.
struct FaultCase: Sendable, CustomStringConvertible {
    let id: String
    let title: String
    /// `m` goes to the first provider, then to the second; `alone` to the first only.
    var model = "m"
    let first: FaultScript.Play
    var second: FaultScript.Play = FaultScript.healthy("b")
    /// The second provider may go on with a stream of the first.
    var rescuesStreams = false
    let whole: FaultOutcome
    let stream: FaultOutcome
    let ledger: FaultLedger

    var description: String { "\(id) \(title)" }
}

/// What came of a request.
struct FaultOutcome: Sendable, Equatable {
    var status = 200
    /// The words that the client got.
    var text = ""
    /// The code of the error, of an answer or at the end of a stream.
    var error: String?
    /// Only a stream that succeeded has `[DONE]`, and a broken one is cut.
    var isCleanEnd = true
    /// Calls that the first and the second provider got.
    var calls = [1, 0]
    var reason = "route"
    var retryAfter: Int?
    /// The least that the request waited between attempts, in whole seconds.
    var waited = 0

    /// Answered by the second provider, after the first failed.
    static func failover(_ suffix: String = "error", calls: [Int] = [1, 1], waited: Int = 0) -> FaultOutcome {
        FaultOutcome(
            text: FaultScript.text("b"), calls: calls, reason: "route+fallback:\(suffix)", waited: waited)
    }

    /// A stream of the first provider that the second has ended. Its head had left before.
    static let rescued = FaultOutcome(text: FaultScript.text("a"), calls: [1, 1])

    static func refusal(
        _ status: Int, _ code: String, calls: [Int] = [1, 0], reason: String = "route", retryAfter: Int? = nil,
        waited: Int = 0
    ) -> FaultOutcome {
        FaultOutcome(
            status: status, error: code, calls: calls, reason: reason, retryAfter: retryAfter, waited: waited)
    }

    /// A stream that broke after some words.
    static func cut(_ words: Int, _ code: String, calls: [Int] = [1, 0]) -> FaultOutcome {
        FaultOutcome(text: FaultScript.text("a", words), error: code, isCleanEnd: false, calls: calls)
    }
}
