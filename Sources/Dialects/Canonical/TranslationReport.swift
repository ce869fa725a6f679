/// What a target cannot carry, by the names of the fields: contract 13.9.
public struct TranslationReport: Sendable {
    /// Left out.
    public private(set) var dropped: [String] = []
    /// Too much of the meaning to be left out.
    public private(set) var refused: [String] = []

    public init() {}

    public mutating func drop(_ name: String) {
        if !dropped.contains(name) { dropped.append(name) }
    }

    /// The target has a narrower range: the nearest value was sent.
    public mutating func clamp(_ name: String) {
        drop(name + ":clamped")
    }

    public mutating func refuse(_ name: String) {
        if !refused.contains(name) { refused.append(name) }
    }

    /// Throws what must not be sent without these fields; with `isStrict` every loss is one.
    public func check(isStrict: Bool, provider: String) throws(HubError) {
        let names = isStrict ? refused + dropped : refused
        guard let first = names.first else { return }
        var error = HubError(
            .unsupportedParameter, "\(provider) does not take \(names.joined(separator: ", "))", parameter: first)
        error.provider = provider
        throw error
    }
}
