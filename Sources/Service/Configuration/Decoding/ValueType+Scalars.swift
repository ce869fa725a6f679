extension ValueType where Value == Bool {
    static var boolean: ValueType {
        ValueType(
            expectation: "true or false", fitsInVariable: true,
            decode: { node, path, context in
                guard case .scalar(let scalar) = node.content else {
                    context.report(node.origin, path, "must be true or false, got \(node.shown)")
                    return nil
                }
                switch (scalar.text, scalar.style) {
                case ("true", .plain), ("true", .untyped), ("1", .untyped): return true
                case ("false", .plain), ("false", .untyped), ("0", .untyped): return false
                default:
                    context.report(node.origin, path, "must be true or false, got \(node.shown)")
                    return nil
                }
            },
            describe: { [EffectiveValue(path: $1, text: "\($0)")] })
    }
}

extension ValueType where Value == Int {
    static func integer(_ range: ClosedRange<Int>, unit: String = "") -> ValueType {
        let kind = unit.isEmpty ? "an integer" : "an integer of \(unit)"
        return scalar(
            "\(kind) \(range.shown)", kinds: [.integer],
            parse: { text in text.isInteger ? Int(text).flatMap { range.contains($0) ? $0 : nil } : nil },
            show: { "\($0)" })
    }
}

extension ValueType where Value == UInt64 {
    static var unsigned: ValueType {
        scalar(
            "an integer >= 0", kinds: [.integer], parse: { $0.isInteger ? UInt64($0) : nil }, show: { "\($0)" })
    }
}

extension ValueType where Value == Double {
    static func number(_ range: ClosedRange<Double>) -> ValueType {
        scalar(
            "a number \(range.lowerBound.shown)..\(range.upperBound.shown)", kinds: [.integer, .number],
            parse: { text in text.isDecimal ? Double(text).flatMap { range.contains($0) ? $0 : nil } : nil },
            show: { $0.shown })
    }
}

extension ValueType where Value == Duration {
    /// At most a day: longer is a mistake of unit.
    static func milliseconds(_ range: ClosedRange<Int> = 1...86_400_000) -> ValueType {
        duration(.integer(range, unit: "milliseconds"), toDuration: { .milliseconds($0) }, toCount: \.wholeMilliseconds)
    }

    static func seconds(_ range: ClosedRange<Int>) -> ValueType {
        duration(
            .integer(range, unit: "seconds"), toDuration: { .seconds($0) }, toCount: { Int($0.components.seconds) })
    }

    private static func duration(
        _ count: ValueType<Int>, toDuration: @escaping @Sendable (Int) -> Duration,
        toCount: @escaping @Sendable (Duration) -> Int
    ) -> ValueType {
        ValueType(
            expectation: count.expectation, fitsInVariable: true,
            decode: { count.decode($0, $1, &$2).map(toDuration) },
            describe: { count.describe(toCount($0), $1) })
    }
}

extension ValueType where Value == String {
    /// Any text without control characters.
    static func text(_ expectation: String = "a string", maximumLength: Int = 4096) -> ValueType {
        text(expectation) { !$0.isEmpty && $0.utf8.count <= maximumLength && !$0.hasControlCharacters }
    }

    static func text(_ expectation: String, where isValid: @escaping @Sendable (String) -> Bool) -> ValueType {
        scalar(expectation, kinds: [.string], parse: { isValid($0) ? $0 : nil }, show: { $0 })
    }

    /// The id of a provider, key or the like.
    static func identifier(_ expectation: String, maximumLength: Int, also characters: String) -> ValueType {
        let extra = Array(characters.utf8)
        return text(expectation) { text in
            (1...maximumLength).contains(text.utf8.count)
                && text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || extra.contains($0) }
        }
    }
}

extension ValueType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the type's cases by its raw value.
    static var choice: ValueType {
        choice(aliases: [:])
    }

    /// - Parameter aliases: further names that are accepted for a case.
    static func choice(aliases: [String: Value]) -> ValueType {
        let names = Value.allCases.map(\.rawValue)
        return scalar(
            "one of \(names.joined(separator: ", "))", kinds: [.string],
            parse: { Value(rawValue: $0) ?? aliases[$0] }, show: { $0.rawValue })
    }
}

extension Duration {
    /// Parts of a millisecond are dropped.
    var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}

extension ClosedRange<Int> {
    fileprivate var shown: String {
        upperBound == .max ? ">= \(lowerBound)" : "\(lowerBound)..\(upperBound)"
    }
}

extension Double {
    /// Without `.0` when whole.
    fileprivate var shown: String {
        let text = "\(self)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
