import Testing
import Wire

struct JSONDocumentTests {
    static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    @Test(arguments: [
        ("", JSONError.Code.empty, "no JSON value in the input"),
        (" \n", .empty, "no JSON value in the input"),
        ("{\"a\": [1, 2", .invalid, "unexpected end of input"),
        ("{\"a\": \"b", .invalid, "unexpected end of input in a string"),
        ("[1 2]", .invalid, "a comma, colon, bracket or value is missing or misplaced"),
        ("{} {}", .invalid, "a comma, colon, bracket or value is missing or misplaced"),
        ("[nul]", .invalid, "expected true, false or null"),
        ("[\"\u{1}\"]", .invalid, "a string has a bad escape or an unescaped control character"),
        (#"["\ud800"]"#, .invalid, "a string has a bad escape or an unescaped control character"),
        ("[1.2.3]", .invalid, "malformed number"),
        ("[01]", .invalid, "malformed number"),
        ("[1e400]", .numberOutOfRange, "a number does not fit in 64 bits"),
        ("18446744073709551616", .numberOutOfRange, "a number does not fit in 64 bits"),
        ("-9223372036854775809", .numberOutOfRange, "a number does not fit in 64 bits"),
        ("\u{FEFF}{}", .invalid, "starts with a byte order mark"),
    ])
    func `a refused text is told why`(text: String, code: JSONError.Code, message: String) {
        #expect(throws: JSONError(code: code, message: message)) { try JSONDocument.parse(text) }
    }

    @Test(arguments: ["[\"%", "[%01]", "[%1e400]", "[%"])
    func `a large text is refused with a general answer`(pattern: String) {
        let filling = pattern.hasPrefix("[\"") ? "x" : "1,"
        let text = pattern.replacing("%", with: String(repeating: filling, count: 300_000))
        #expect { try JSONDocument.parse(text) } throws: { ($0 as? JSONError)?.code == .invalid }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        let bytes: [UInt8] = [0x22, 0xC3, 0x28, 0x22]
        #expect(throws: JSONError(code: .invalidUTF8, message: "not valid UTF-8")) { try JSONDocument.parse(bytes) }
    }

    @Test(arguments: [1, 2, 64, 500])
    func `nesting is accepted up to the depth asked for and no further`(depth: Int) throws {
        _ = try JSONDocument.parse(Self.nested(depth), maximumDepth: depth)
        #expect(throws: JSONError(code: .tooDeep, message: "nested deeper than \(depth) levels")) {
            try JSONDocument.parse(Self.nested(depth + 1), maximumDepth: depth)
        }
        #expect(throws: JSONError.self) { try JSONDocument.parse("[\(Self.nested(depth))1]", maximumDepth: depth) }
    }

    @Test func `no caller can ask for more than the deepest nesting`() throws {
        let deepest = JSONDocument.deepestNesting
        let document = try JSONDocument.parse(Self.nested(deepest), maximumDepth: .max)
        #expect(document.root.isEquivalent(to: document.root))
        #expect(throws: JSONError.self) { try JSONDocument.parse(Self.nested(deepest + 1), maximumDepth: .max) }
    }

    @Test func `a hundred thousand brackets are refused`() {
        #expect(throws: JSONError.self) { try JSONDocument.parse(String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONError.self) { try JSONDocument.parse(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func `a value keeps its document alive`() throws {
        func inner() throws -> JSONValue? { try JSONDocument.parse(#"{"a":{"b":"text"}}"#).root["a"]?["b"] }
        let value = try inner()
        for _ in 0..<100 { _ = try JSONDocument.parse("[1,2,3,4,5,6,7,8]") }
        #expect(value?.string == "text")
    }

    @Test(arguments: [4095, 4096, 4097, 1 << 20, (1 << 20) + 1, 3 << 20])
    func `bodies of any size parse, small ones after large ones too`(size: Int) throws {
        let long = String(repeating: "x", count: size)
        #expect(try JSONDocument.parse("[\"\(long)\"]").root[index: 0]?.string == long)
        #expect(try JSONDocument.parse("[\"short\"]").root[index: 0]?.string == "short")
    }
}
