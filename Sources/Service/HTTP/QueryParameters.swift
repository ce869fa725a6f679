internal import Wire

/// The parameters of a query, as forms write them. Of several of one name the first counts.
struct QueryParameters {
    private var values: [String: String] = [:]

    /// - Parameter query: what follows `?`, encoded. Parameters that cannot be decoded are left out.
    init(_ query: String?) {
        for pair in query?.split(separator: "&") ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(String(parts[0]), plusIsSpace: true), values[name] == nil,
                let value = PercentEncoding.decode(parts.count > 1 ? String(parts[1]) : "", plusIsSpace: true)
            else { continue }
            values[name] = value
        }
    }

    subscript(_ name: String) -> String? { values[name] }
}
