/// Replaces `${NAME}` and `${NAME:-default}` in values; `$$` is a dollar sign.
///
/// It works on parsed values, and replaced text is not read again: a variable can hold no YAML and no other variable.
/// The default also stands in for an empty variable, as in a shell.
struct VariableSubstitution {
    let environment: [String: String]
    private(set) var diagnostics: [ConfigurationDiagnostic] = []

    init(environment: [String: String]) {
        self.environment = environment
    }

    /// `node` with every scalar replaced; mistakes are collected and leave the text as it was.
    mutating func apply(to node: YAMLNode, path: String = "") -> YAMLNode {
        var result = node
        switch node.content {
        case .scalar(let scalar):
            result.content = .scalar(replaced(scalar, node.origin, path))
        case .sequence(let items):
            result.content = .sequence(
                items.enumerated().map { apply(to: $0.element, path: path.appending(index: $0.offset)) })
        case .mapping(let entries):
            result.content = .mapping(
                entries.map { entry in
                    var entry = entry
                    entry.value = apply(to: entry.value, path: path.appending(key: entry.key))
                    return entry
                })
        }
        return result
    }

    private mutating func replaced(_ scalar: YAMLScalar, _ origin: ConfigurationOrigin, _ path: String) -> YAMLScalar {
        guard scalar.text.contains("$") else { return scalar }
        var output = ""
        var usesVariable = false
        var rest = Substring(scalar.text)
        while let dollar = rest.firstIndex(of: "$") {
            output += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            if rest.first == "$" {
                output += "$"
                rest = rest.dropFirst()
            } else if rest.first == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    report(origin, path, "\"${\" has no closing \"}\"; write $$ for a dollar sign")
                    return scalar
                }
                guard let value = value(of: rest[..<end].dropFirst(), origin, path) else { return scalar }
                output += value
                usesVariable = true
                rest = rest[end...].dropFirst()
            } else {
                output += "$"
            }
        }
        output += rest
        // A file of JSON can name a variable only inside quotes, so the quotes then say nothing about the type.
        let style = usesVariable ? .untyped : scalar.style
        return YAMLScalar(text: output, style: style, template: usesVariable ? scalar.text : nil)
    }

    /// The value of `NAME` or `NAME:-default`.
    private mutating func value(of expression: Substring, _ origin: ConfigurationOrigin, _ path: String) -> String? {
        let separator = expression.firstRange(of: ":-")
        let name = String(separator.map { expression[..<$0.lowerBound] } ?? expression)
        guard name.isVariableName else {
            report(origin, path, "\(name.quotedForMessage) is not a variable's name; write $$ for a dollar sign")
            return nil
        }
        if let separator {
            let value = environment[name] ?? ""
            return value.isEmpty ? String(expression[separator.upperBound...]) : value
        }
        if environment[name] == nil {
            report(origin, path, "the variable \(name) is not set; set it or write ${\(name):-default}")
        }
        return environment[name]
    }

    private mutating func report(_ origin: ConfigurationOrigin, _ path: String, _ message: String) {
        diagnostics.append(ConfigurationDiagnostic(origin: origin, path: path, message: message))
    }
}

extension Substring {
    /// Where `separator` first is.
    func firstRange(of separator: String) -> Range<Index>? {
        indices.lazy.first { self[$0...].hasPrefix(separator) }.map { $0..<index($0, offsetBy: separator.count) }
    }
}

extension String {
    /// Letters, digits and `_`, not beginning with a digit.
    var isVariableName: Bool {
        guard let first = utf8.first, first.isASCIILetter || first == UInt8(ascii: "_") else { return false }
        return utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
    }

    /// This path with a key of the map at it.
    func appending(key: String) -> String {
        // Keys come from the file and end up in messages.
        let shown = key.utf8.allSatisfy { $0 > 32 && $0 != 127 } && key.count <= 64 ? key : key.quotedForMessage
        return isEmpty ? shown : "\(self).\(shown)"
    }

    /// This path with an item of the list at it.
    func appending(index: Int) -> String {
        "\(self)[\(index)]"
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isASCIILetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
}
