internal import Wire

/// Writes Prometheus' text format 0.0.4.
struct PrometheusText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var bytes: [UInt8] = []
    private let prefix: String
    private var name = ""

    init(prefix: String) {
        self.prefix = prefix
    }

    /// Begins a family; the samples that follow are its.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = prefix + name
        bytes.append(utf8: "# HELP \(self.name) \(help)\n# TYPE \(self.name) \(kind.rawValue)\n")
    }

    mutating func sample(_ suffix: String, _ labels: [(String, String)], _ value: Double) {
        bytes.append(utf8: name + suffix)
        if !labels.isEmpty {
            let pairs = labels.map { "\($0)=\"\(Self.escaped($1))\"" }
            bytes.append(utf8: "{" + pairs.joined(separator: ",") + "}")
        }
        bytes.append(utf8: " \(Self.number(value))\n")
    }

    mutating func histogram(_ histogram: Histogram, labels: [(String, String)]) {
        let (cumulative, sum) = histogram.snapshot()
        for (bound, count) in zip(histogram.bounds, cumulative) {
            sample("_bucket", labels + [("le", Self.number(bound))], Double(count))
        }
        let total = Double(cumulative.last ?? 0)
        sample("_bucket", labels + [("le", "+Inf")], total)
        sample("_sum", labels, sum)
        sample("_count", labels, total)
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
        return result
    }
}
