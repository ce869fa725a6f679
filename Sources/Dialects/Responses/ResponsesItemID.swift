/// Ids of output items that the hub makes: `msg_hub_`, `fc_hub_`, `rs_hub_`, what tells the answer apart, and a number.
///
/// They are marked because providers look up ids that they are handed back.
struct ResponsesItemID: Sendable {
    private let answer: String
    private var count = 0

    /// - Parameter response: the id of the answer, `resp_...`.
    init(response: String) {
        answer = String(response.drop { $0 != "_" }.dropFirst().filter { $0 != "-" })
    }

    /// - Parameter prefix: `msg`, `fc`, `rs`, `ig`.
    mutating func next(_ prefix: String) -> String {
        defer { count += 1 }
        return "\(prefix)_hub_\(answer)_\(count)"
    }

    static func isHubs(_ id: String?) -> Bool {
        guard let id, let bar = id.utf8.firstIndex(of: UInt8(ascii: "_")) else { return false }
        return id[bar...].hasPrefix("_hub_")
    }
}
