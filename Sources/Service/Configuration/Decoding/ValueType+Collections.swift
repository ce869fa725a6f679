extension ValueType where Value: ConfigurationGroup {
    /// A map with known keys.
    /// - Parameter check: reports what is wrong with the keys together.
    static func object(
        _ settings: [Setting<Value>],
        check: @escaping @Sendable (Value, YAMLNode, String, inout DecodingContext) -> Void = { _, _, _, _ in }
    ) -> ValueType {
        ValueType(
            expectation: "a map", children: settings.map(\.description),
            decode: { node, path, context in
                var value = Value()
                guard decodeMapping(node, path: path, settings: settings, into: &value, &context) else { return nil }
                check(value, node, path, &context)
                return value
            },
            describe: { value, path in
                settings.filter { !$0.isEqual(value, Value()) }.flatMap { setting in
                    setting.describe(value, path.appending(key: setting.description.name))
                }
            })
    }
}

extension ValueType {
    /// A list of `item`s, at most `limit` of them. Scalar items may also come as one text with commas.
    /// - Parameter unique: what two items must not share.
    static func list<Item>(
        of item: ValueType<Item>, limit: Int = 1000, unique: (@Sendable (Item) -> String)? = nil
    ) -> ValueType where Value == [Item] {
        ValueType(
            expectation: item.children.isEmpty ? "a list, each \(item.expectation)" : "a list of maps",
            children: item.children, fitsInVariable: item.fitsInVariable,
            decode: { node, path, context in
                guard let items = node.items(splitsText: item.fitsInVariable), items.count <= limit else {
                    context.report(node.origin, path, "must be a list of at most \(limit), got \(node.shown)")
                    return nil
                }
                var values: [Item] = []
                var seen: Set<String> = []
                for (index, node) in items.enumerated() {
                    let itemPath = path.appending(index: index)
                    guard let value = item.decode(node, itemPath, &context) else { continue }
                    values.append(value)
                    if let name = unique?(value), !name.isEmpty, !seen.insert(name).inserted {
                        context.report(node.origin, itemPath, "\(name.quotedForMessage) is in this list twice")
                    }
                }
                return values.count == items.count ? values : nil
            },
            describe: { values, path in
                if item.fitsInVariable {
                    let texts = values.flatMap { item.describe($0, "") }.map(\.text)
                    return texts.isEmpty ? [] : [EffectiveValue(path: path, text: texts.joined(separator: ","))]
                }
                return values.enumerated().flatMap { item.describe($0.element, path.appending(index: $0.offset)) }
            })
    }

    /// A map from names of the caller's choice to `item`s, at most `limit` of them.
    /// - Parameter isValidName: refuses a name when false.
    static func map<Item>(
        of item: ValueType<Item>, limit: Int = 100, names: String,
        where isValidName: @escaping @Sendable (String) -> Bool
    ) -> ValueType where Value == [String: Item] {
        ValueType(
            expectation: "a map of \(names)",
            decode: { node, path, context in
                guard case .mapping(let entries) = node.content, entries.count <= limit else {
                    context.report(node.origin, path, "must be a map of at most \(limit) \(names), got \(node.shown)")
                    return nil
                }
                var values: [String: Item] = [:]
                for entry in entries {
                    let entryPath = path.appending(key: entry.key)
                    if !isValidName(entry.key) {
                        context.report(entry.keyOrigin, entryPath, "not allowed among \(names)")
                    } else if let value = item.decode(entry.value, entryPath, &context) {
                        context.record(entry.value.origin, of: entryPath)
                        values[entry.key] = value
                    }
                }
                return values
            },
            describe: { values, path in
                values.sorted { $0.key < $1.key }.flatMap { item.describe($0.value, path.appending(key: $0.key)) }
            })
    }
}

extension YAMLNode {
    /// The items of a list; of `a,b` too where `splitsText`. Nil for anything else.
    fileprivate func items(splitsText: Bool) -> [YAMLNode]? {
        switch content {
        case .sequence(let items): return items
        case .mapping: return nil
        case .scalar(let scalar):
            guard splitsText, scalar.kind == .string else { return nil }
            return scalar.text.split(separator: ",").map { part in
                var item = scalar
                item.text = part.trimmingSpaces
                return YAMLNode(content: .scalar(item), origin: origin)
            }
        }
    }
}

extension StringProtocol {
    /// Without spaces and tabs at both ends.
    var trimmingSpaces: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
