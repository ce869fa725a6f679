/// How many cases of the catalogue are as they should be. A case may have several rows, and counts when all of them are.
struct FaultTally {
    private var rows: [String: [Bool]] = [:]

    mutating func add(_ id: String, isRight: Bool) { rows[id, default: []].append(isRight) }

    var ids: [String] { rows.keys.sorted() }
    var passed: Int { rows.values.count { $0.allSatisfy(\.self) } }
    var text: String { "\(passed)/\(rows.count)" }
}
