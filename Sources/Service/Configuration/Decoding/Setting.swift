/// A struct that configuration fills. Its initial values are the defaults.
protocol ConfigurationGroup: Sendable, Equatable {
    init()
}

/// The one definition of a key: its name, type, default (the one of `Root()`), documentation, and the field it fills.
struct Setting<Root: ConfigurationGroup>: Sendable {
    var description: KeyDescription
    let decode: @Sendable (YAMLNode, String, inout Root, inout DecodingContext) -> Void
    let describe: @Sendable (Root, String) -> [EffectiveValue]
    let isEqual: @Sendable (Root, Root) -> Bool
    /// Sets the field to what it is in another `Root`.
    let copy: @Sendable (_ source: Root, inout Root) -> Void
}

extension Setting {
    /// A key whose field always has a value.
    static func value<Value>(
        _ name: String, _ field: any WritableKeyPath<Root, Value> & Sendable, _ type: ValueType<Value>,
        _ documentation: String
    ) -> Setting {
        let defaultText = type.describe(Root()[keyPath: field], "").map(\.text).joined(separator: ", ")
        return Setting(
            description: KeyDescription(
                name: name, expectation: type.expectation, defaultText: defaultText.isEmpty ? nil : defaultText,
                documentation: documentation, hasEnvironmentName: type.fitsInVariable, children: type.children),
            decode: { node, path, root, context in
                if let value = type.decode(node, path, &context) { root[keyPath: field] = value }
            },
            describe: { root, path in type.describe(root[keyPath: field], path) },
            isEqual: { $0[keyPath: field] == $1[keyPath: field] },
            copy: { $1[keyPath: field] = $0[keyPath: field] })
    }

    /// A key whose field is nil until it is given.
    static func optional<Value>(
        _ name: String, _ field: any WritableKeyPath<Root, Value?> & Sendable, _ type: ValueType<Value>,
        _ documentation: String
    ) -> Setting {
        Setting(
            description: KeyDescription(
                name: name, expectation: type.expectation, defaultText: nil, documentation: documentation,
                hasEnvironmentName: type.fitsInVariable, children: type.children),
            decode: { node, path, root, context in
                if let value = type.decode(node, path, &context) { root[keyPath: field] = value }
            },
            describe: { root, path in root[keyPath: field].map { type.describe($0, path) } ?? [] },
            isEqual: { $0[keyPath: field] == $1[keyPath: field] },
            copy: { $1[keyPath: field] = $0[keyPath: field] })
    }

    /// The key must be there.
    var required: Setting {
        var copy = self
        copy.description.isRequired = true
        return copy
    }

    /// The key is checked and then ignored: its feature is not part of this version.
    var notUsedYet: Setting {
        var copy = self
        copy.description.isUsed = false
        return copy
    }

    /// A change takes effect only when the process starts.
    var fixedAtStart: Setting {
        var copy = self
        copy.description.reload = .restart
        return copy
    }
}

/// Fills `root` from a mapping. Unknown and missing keys are mistakes.
/// - Returns: false, after reporting, when `node` is not a mapping.
func decodeMapping<Root: ConfigurationGroup>(
    _ node: YAMLNode, path: String, settings: [Setting<Root>], into root: inout Root, _ context: inout DecodingContext
) -> Bool {
    guard case .mapping(let entries) = node.content else {
        context.report(node.origin, path, "must be a map of keys, got \(node.shown)")
        return false
    }
    let byName = Dictionary(settings.map { ($0.description.name, $0) }) { first, _ in first }
    for entry in entries {
        let entryPath = path.appending(key: entry.key)
        if let setting = byName[entry.key] {
            setting.decode(entry.value, entryPath, &root, &context)
            context.record(entry.value.origin, of: entryPath)
        } else {
            let hint = nearestKey(to: entry.key, among: settings.map(\.description.name))
            let suggestion = hint.map { "; did you mean \"\($0)\"?" } ?? ""
            context.report(entry.keyOrigin, entryPath, "unknown key\(suggestion)")
        }
    }
    let given = Set(entries.map(\.key))
    for setting in settings where setting.description.isRequired && !given.contains(setting.description.name) {
        context.report(node.origin, path, "the key \"\(setting.description.name)\" is missing")
    }
    return true
}
