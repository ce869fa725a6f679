/// What a target cannot carry, by the names of the fields: contract 13.9.
///
/// Names may come from clients and end in a header and in messages: they are bounded and hold printable ASCII only.
public struct TranslationReport: Sendable {
    /// Left out.
    public private(set) var dropped: [String] = []
    /// Too much of the meaning to be left out.
    public private(set) var refused: [String] = []

    /// Those of `dropped` that fail no call.
    private var forgotten: [String] = []

    private static let longestName = 96
    /// Further names are not listed.
    private static let mostNames = 64

    public init() {}

    public mutating func drop(_ name: String) {
        Self.add(name, to: &dropped)
    }

    /// The target has a narrower range: the nearest value was sent.
    public mutating func clamp(_ name: String) {
        drop(name + ":clamped")
    }

    /// Something of an earlier turn that means nothing to the target, such as the thoughts of another model. It is named, but
    /// is no parameter: a strict client that hands back what it got would fail with its second question.
    public mutating func forget(_ name: String) {
        drop(name)
        Self.add(name, to: &forgotten)
    }

    public mutating func refuse(_ name: String) {
        Self.add(name, to: &refused)
    }

    private static func add(_ name: String, to names: inout [String]) {
        guard names.count < mostNames else { return }
        let name = plain(name)
        if !names.contains(name) { names.append(name) }
    }

    private static func plain(_ name: String) -> String {
        let isPlain: (UInt8) -> Bool = { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }
        if name.utf8.count <= longestName, name.utf8.allSatisfy(isPlain) { return name }
        let bytes = name.utf8.prefix(longestName).map { isPlain($0) ? $0 : UInt8(ascii: "_") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Throws what must not be sent without these fields; with `isStrict` every parameter that is
    /// lost is one.
    public func check(isStrict: Bool, provider: String) throws(HubError) {
        let names = isStrict ? refused + dropped.filter { !forgotten.contains($0) } : refused
        guard let first = names.first else { return }
        var error = HubError(
            .unsupportedParameter, "\(provider) does not take \(names.joined(separator: ", "))", parameter: first)
        error.provider = provider
        throw error
    }
}
