/// What a plain scalar is by its text: the core schema of YAML 1.2, without octal and hexadecimal numbers.
enum ScalarKind: Sendable {
    case null
    case boolean
    case integer
    case number
    case string
}

extension YAMLScalar {
    var kind: ScalarKind {
        guard style == .plain else { return .string }
        return switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE", "false", "False", "FALSE": .boolean
        default: text.isInteger ? .integer : text.isDecimal ? .number : .string
        }
    }
}

extension String {
    /// Digits with an optional minus; no plus, no leading zero, no separators.
    var isInteger: Bool {
        let digits = utf8.first == UInt8(ascii: "-") ? utf8.dropFirst() : utf8[...]
        guard let first = digits.first, digits.allSatisfy(\.isASCIIDigit) else { return false }
        return first != UInt8(ascii: "0") || digits.count == 1
    }

    /// `12`, `0.5`, `-1.25`, `1e3`: what JSON calls a number.
    var isDecimal: Bool {
        let parts = split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2 {
            let exponent = parts[1].utf8.first == UInt8(ascii: "+") ? String(parts[1].dropFirst()) : parts[1]
            guard exponent.isInteger else { return false }
        }
        let mantissa = (parts.first ?? "").split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        if mantissa.count == 2 {
            guard !mantissa[1].isEmpty, mantissa[1].utf8.allSatisfy(\.isASCIIDigit) else { return false }
        }
        return String(mantissa[0]).isInteger || mantissa[0] == "-0"
    }

    var hasControlCharacters: Bool {
        unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
    }
}

extension YAMLNode {
    /// The value as a message names it: `"abc"`, `the number 5`, `a list`.
    var shown: String {
        switch content {
        case .sequence: return "a list"
        case .mapping: return "a map"
        case .scalar(let scalar):
            if let template = scalar.template { return "\(template.quotedForMessage) with its variables replaced" }
            switch scalar.kind {
            case .null: return "nothing"
            case .boolean: return "the boolean \(scalar.text)"
            case .integer, .number: return "the number \(scalar.text.prefix(64))"
            case .string: return scalar.text.quotedForMessage
            }
        }
    }
}
