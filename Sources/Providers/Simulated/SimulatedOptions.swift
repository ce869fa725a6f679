internal import Wire

/// How the simulated provider behaves: contract 13.12. From configuration, from the model's name after `;`,
/// from `provider_params.simulated` and from `x-hub-sim`, later ones first.
public struct SimulatedOptions: Sendable {
    public enum Fault: String, Sendable, CaseIterable {
        case rateLimit = "rate_limit"
        case serverError = "server_error"
        case auth
        case timeout
        case disconnect
        case cutStream = "cut_stream"
        case badJSON = "bad_json"
        /// Accepts and never answers.
        case hang
        /// Stops in the middle and stays silent.
        case stall
        case missingEnd = "missing_end"
        /// Answers with `status`.
        case status
    }

    public var seed: UInt64 = 1
    public var timeToFirstToken: Duration = .milliseconds(50)
    /// 0: no delay between tokens.
    public var tokensPerSecond = 50.0
    /// 0..1: delays vary by up to this share.
    public var jitter = 0.0
    public var outputTokens = 64
    /// 0..1: share of the calls that fail with one of `faults`.
    public var faultRate = 0.0
    public var faults: [Fault] = [.serverError]
    /// Fails every call in this way.
    public var fault: Fault?
    /// Calls the first so many tools.
    public var toolCalls = 0
    /// Seconds, sent with `rate_limit` and `status`.
    public var retryAfter: Int?
    /// Of the fault `status`.
    public var status = 500
    /// Tokens sent before a fault in the middle of a stream.
    public var faultAfter = 8

    public init() {}

    /// Applies `k=v;k=v`. Returns a complaint about the first setting that cannot be used.
    mutating func apply(_ text: some StringProtocol) -> String? {
        for part in text.split(whereSeparator: { $0 == ";" || $0 == "," }) {
            let pair = part.split(separator: "=", maxSplits: 1).map { String($0.filter { $0 != " " }) }
            guard pair.count == 2 else { return "\(part) is not of the form name=value" }
            if let complaint = set(pair[0], pair[1]) { return complaint }
        }
        return nil
    }

    /// Applies an object of the same names.
    mutating func apply(_ object: JSONValue) -> String? {
        for (key, value) in object.members {
            let text: String? =
                value.string ?? value.uint64.map { String($0) } ?? value.double.map { String($0) }
            if key.equals("faults"), value.isArray {
                faults = value.elements.compactMap { $0.string.flatMap(Fault.init(rawValue:)) }
                if faults.count != value.count { return "faults has a value that is not a fault" }
            } else if let text {
                if let complaint = set(key.string, text) { return complaint }
            } else {
                return "\(key.string) must be a string or a number"
            }
        }
        return nil
    }

    private mutating func set(_ name: String, _ value: String) -> String? {
        switch name {
        case "seed": return assign(UInt64(value), to: \.seed, name)
        case "ttft_ms":
            return assign(Self.number(value, 0...600_000).map { .seconds($0 / 1000) }, to: \.timeToFirstToken, name)
        case "tokens_per_second": return assign(Self.number(value, 0...1e9), to: \.tokensPerSecond, name)
        case "jitter": return assign(Self.number(value, 0...1), to: \.jitter, name)
        case "output_tokens": return assign(Self.integer(value, 0...100_000), to: \.outputTokens, name)
        case "fault_rate": return assign(Self.number(value, 0...1), to: \.faultRate, name)
        case "fault": return assign(Fault(rawValue: value), to: \.fault, name)
        case "tool_calls": return assign(Self.integer(value, 0...128), to: \.toolCalls, name)
        case "retry_after": return assign(Self.integer(value, 0...86_400), to: \.retryAfter, name)
        case "status": return assign(Self.integer(value, 400...599), to: \.status, name)
        case "fault_after": return assign(Self.integer(value, 0...100_000), to: \.faultAfter, name)
        default: return "\(name) is not a setting of the simulated provider"
        }
    }

    private mutating func assign<Value>(
        _ value: Value?, to path: WritableKeyPath<SimulatedOptions, Value>, _ name: String
    ) -> String? {
        guard let value else { return "\(name) has a value out of range" }
        self[keyPath: path] = value
        return nil
    }

    private mutating func assign<Value>(
        _ value: Value?, to path: WritableKeyPath<SimulatedOptions, Value?>, _ name: String
    ) -> String? {
        guard let value else { return "\(name) has a value out of range" }
        self[keyPath: path] = value
        return nil
    }

    private static func number(_ text: String, _ range: ClosedRange<Double>) -> Double? {
        Double(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func integer(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
}
