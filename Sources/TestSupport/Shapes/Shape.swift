public import Wire

/// What a JSON value must be: as much of a schema as tells what a provider's API refuses.
public indirect enum Shape: Sendable {
    case any
    case bool
    /// Of at least one character.
    case text
    /// Of any length.
    case string
    case words([String])
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case array(Shape, counts: ClosedRange<Int> = 0...100_000)
    /// Other members than these are refused.
    case object(_ required: [String: Shape], _ optional: [String: Shape] = [:])
    /// Any names.
    case map(Shape)
    /// An object whose member of that name says which of these it is.
    case tagged(String, [String: Shape])
    /// An object with exactly one of these members, and maybe others beside it.
    case oneOf([String: Shape], beside: [String: Shape] = [:])
    case either([Shape])
    /// A shape that holds itself.
    case recursive(@Sendable () -> Shape)
    /// What fits, and passes a rule of its own: nil, or what is wrong.
    case checked(Shape, @Sendable (JSONValue) -> String?)

    /// The first thing that is wrong, with its place; nil where the value fits.
    public func problem(_ value: JSONValue, at path: String = "") -> String? {
        switch self {
        case .any: return nil
        case .bool: return value.bool == nil ? "\(path) is no bool" : nil
        case .text: return value.string?.isEmpty == false ? nil : "\(path) is no text"
        case .string: return value.isString ? nil : "\(path) is no string"
        case .words(let words):
            guard let word = value.string, words.contains(word) else { return "\(path) is none of \(words)" }
            return nil
        case .integer(let range):
            guard let number = value.int, range.contains(number) else { return "\(path) is no integer in \(range)" }
            return nil
        case .number(let range):
            guard let number = value.double, range.contains(number) else { return "\(path) is no number in \(range)" }
            return nil
        case .array(let shape, let counts): return Self.problem(elements: value, shape, counts, at: path)
        case .map(let shape):
            guard value.isObject else { return "\(path) is no object" }
            return value.members.lazy.compactMap { shape.problem($1, at: "\(path).\($0.string)") }.first
        case .object(let required, let optional): return Self.problem(object: value, required, optional, at: path)
        case .tagged(let name, let shapes):
            guard let tag = value[named: name]?.string, let shape = shapes[tag] else {
                return "\(path).\(name) is none of \(shapes.keys.sorted())"
            }
            return shape.problem(value, at: path)
        case .oneOf(let shapes, let beside):
            guard value.isObject else { return "\(path) is no object" }
            let given = shapes.keys.filter { value[named: $0] != nil }
            guard given.count == 1 else { return "\(path) has \(given.sorted()), not one of \(shapes.keys.sorted())" }
            return Self.problem(object: value, shapes.filter { $0.key == given[0] }, beside, at: path)
        case .either(let shapes):
            let problems = shapes.compactMap { $0.problem(value, at: path) }
            return problems.count == shapes.count ? problems.joined(separator: "; ") : nil
        case .recursive(let shape): return shape().problem(value, at: path)
        case .checked(let shape, let rule): return shape.problem(value, at: path) ?? rule(value).map { "\(path) \($0)" }
        }
    }

    private static func problem(
        elements value: JSONValue, _ shape: Shape, _ counts: ClosedRange<Int>, at path: String
    ) -> String? {
        guard value.isArray, counts.contains(value.count) else { return "\(path) is no array of \(counts)" }
        return value.elements.enumerated().lazy.compactMap { shape.problem($1, at: "\(path)[\($0)]") }.first
    }

    private static func problem(
        object value: JSONValue, _ required: [String: Shape], _ optional: [String: Shape], at path: String
    ) -> String? {
        guard value.isObject else { return "\(path) is no object" }
        var seen: Set<String> = []
        for (key, member) in value.members {
            let name = key.string
            guard let shape = required[name] ?? optional[name] else { return "\(path).\(name) is unknown" }
            guard seen.insert(name).inserted else { return "\(path).\(name) is given twice" }
            if let problem = shape.problem(member, at: "\(path).\(name)") { return problem }
        }
        return required.keys.sorted().first { !seen.contains($0) }.map { "\(path).\($0) is missing" }
    }
}

extension Shape {
    /// A function's or a tool's name.
    static let toolName = Shape.checked(.text) { value in
        let name = value.string ?? ""
        let isPlain =
            name.utf8.count <= 128
            && name.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                    || "_-.:".unicodeScalars.contains($0)
            }
        return isPlain ? nil : "is no name of a tool"
    }

    /// A JSON Schema, which is the client's.
    static let schema = Shape.map(.any)

    static func optional(_ shape: Shape) -> Shape {
        .checked(.any) { $0.isNull ? nil : shape.problem($0) }
    }

    /// Bytes in base64.
    static let base64 = Shape.checked(.text) { value in
        let text = value.string ?? ""
        let isAlphabet = text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+/=-_".utf8.contains($0)
        }
        return isAlphabet ? nil : "is not base64"
    }
}
