/// The rows that a case leaves in the ledger, one for each call that a provider got: `FaultHub.LedgerLine`.
struct FaultLedger: Sendable {
    var whole: [String]
    var stream: [String]

    static func both(repeated count: Int = 1, _ rows: String...) -> FaultLedger {
        let all = Array(repeating: rows, count: count).flatMap { $0 }
        return FaultLedger(whole: all, stream: all)
    }

    /// 10 tokens at 1 dollar per million and 60 at 2.
    static let first = "first success 200 - 10+60 130000"
    /// The same at 10 and 20.
    static let second = "second success 200 - 10+60 1300000"
    /// The provider had the prompt of a token; what it answered cannot be read.
    static let unread = "first error 0 provider_bad_response ~1+0 1000"
}
