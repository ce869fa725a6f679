/// How values of one type are read from a node, checked, and shown.
struct ValueType<Value: Sendable & Equatable>: Sendable {
    /// Completes "must be": "an integer 0..65535".
    let expectation: String
    /// The keys of a map, or of each map of a list.
    var children: [KeyDescription] = []
    /// True when a variable or an option can hold the value.
    var fitsInVariable = false
    /// Nil after reporting what is wrong.
    let decode: @Sendable (YAMLNode, _ path: String, inout DecodingContext) -> Value?
    /// The value as lines of the effective configuration, secrets redacted.
    let describe: @Sendable (Value, _ path: String) -> [EffectiveValue]
}

extension ValueType {
    /// A value that is one scalar.
    /// - Parameters:
    ///   - kinds: what an unquoted scalar may look like.
    ///   - parse: nil when the text is not such a value.
    static func scalar(
        _ expectation: String, kinds: Set<ScalarKind>, parse: @escaping @Sendable (String) -> Value?,
        show: @escaping @Sendable (Value) -> String
    ) -> ValueType {
        ValueType(
            expectation: expectation, fitsInVariable: true,
            decode: { node, path, context in
                if let text = node.text(of: kinds), let value = parse(text) { return value }
                context.report(node.origin, path, "must be \(expectation), got \(node.shown)\(node.quoteHint(kinds))")
                return nil
            },
            describe: { [EffectiveValue(path: $1, text: show($0))] })
    }
}

extension YAMLNode {
    /// The text of a scalar that is one of `kinds`; nil for every other node.
    func text(of kinds: Set<ScalarKind>) -> String? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar.style == .untyped || kinds.contains(scalar.kind) ? scalar.text : nil
    }

    /// Says how to write a value that has the right text and the wrong type.
    fileprivate func quoteHint(_ kinds: Set<ScalarKind>) -> String {
        guard case .scalar(let scalar) = content, scalar.style != .untyped else { return "" }
        if scalar.style == .plain, kinds.contains(.string), [.boolean, .integer, .number].contains(scalar.kind) {
            return "; put it in quotes"
        }
        let unquoted = YAMLScalar(text: scalar.text, style: .plain).kind
        return scalar.style == .quoted && !kinds.contains(.string) && kinds.contains(unquoted)
            ? " in quotes; remove the quotes" : ""
    }
}
