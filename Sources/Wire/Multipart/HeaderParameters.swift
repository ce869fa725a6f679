/// The value of a header field that has parameters: `form-data; name="file"; filename="a.jsonl"` (RFC 9110 section 5.6.6).
struct HeaderParameters {
    /// Before the first parameter, in lower case.
    let value: String
    private let parameters: [(name: String, value: String)]

    /// Nil for what has not this form, or names a parameter twice.
    init?(_ text: Substring) {
        var rest = text.utf8[...]
        guard let value = Self.token(&rest, also: UInt8(ascii: "/")) else { return nil }
        var parameters: [(name: String, value: String)] = []
        while Self.skipSpace(&rest), let byte = rest.first {
            guard byte == UInt8(ascii: ";") else { return nil }
            rest.removeFirst()
            guard Self.skipSpace(&rest), !rest.isEmpty else { break }
            guard let name = Self.token(&rest), rest.popFirst() == UInt8(ascii: "="),
                let value = rest.first == UInt8(ascii: "\"") ? Self.quoted(&rest) : Self.token(&rest),
                !parameters.contains(where: { $0.name == name.lowercased() })
            else { return nil }
            parameters.append((name.lowercased(), value))
        }
        self.value = value.lowercased()
        self.parameters = parameters
    }

    subscript(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    private static func skipSpace(_ rest: inout Substring.UTF8View) -> Bool {
        rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return true
    }

    private static func token(_ rest: inout Substring.UTF8View, also extra: UInt8? = nil) -> String? {
        let token = rest.prefix { ByteClass.isToken($0) || $0 == extra }
        rest = rest[token.endIndex...]
        return token.isEmpty ? nil : String(Substring(token))
    }

    /// A backslash escapes a quote or itself only: clients write paths of Windows as they are.
    private static func quoted(_ rest: inout Substring.UTF8View) -> String? {
        rest.removeFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return String(validating: bytes, as: UTF8.self) }
            guard byte >= 0x20, byte != 0x7F else { return nil }
            if byte == UInt8(ascii: "\\"), let next = rest.first,
                next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\")
            {
                rest.removeFirst()
                bytes.append(next)
            } else {
                bytes.append(byte)
            }
        }
        return nil
    }
}
