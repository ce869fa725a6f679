import Testing
import Wire

struct JSONValueTests {
    static func root(_ text: String) throws -> JSONValue { try JSONDocument.parse(text).root }

    @Test(arguments: [
        ("{}", JSONValue.Kind.object), ("[]", .array), ("\"\"", .string), ("-1", .int), ("9223372036854775807", .int),
        ("9223372036854775808", .uint), ("1.0", .double), ("1e3", .double), ("true", .bool), ("false", .bool),
        ("null", .null),
    ])
    func `every kind is told apart`(text: String, kind: JSONValue.Kind) throws {
        #expect(try Self.root(text).kind == kind)
    }

    @Test(
        arguments: [
            ("0", 0, 0), ("-1", -1, nil), ("9223372036854775807", Int.max, UInt64(Int.max)),
            ("-9223372036854775808", Int.min, nil), ("9223372036854775808", nil, 9_223_372_036_854_775_808),
            ("18446744073709551615", nil, UInt64.max), ("1.0", nil, nil), ("\"1\"", nil, nil),
        ] as [(String, Int?, UInt64?)])
    func `integers are exact to the last bit and never made from doubles`(
        text: String, int: Int?, uint64: UInt64?
    ) throws {
        let value = try Self.root(text)
        #expect(value.int == int)
        #expect(value.uint64 == uint64)
    }

    @Test(
        arguments: [("1", 1), ("-2.5", -2.5), ("18446744073709551615", 0x1p64), ("true", nil)] as [(String, Double?)])
    func `any number reads as a double`(text: String, double: Double?) throws {
        #expect(try Self.root(text).double == double)
    }

    @Test func `members are found by key and the first of two wins`() throws {
        let root = try Self.root(#"{"a":1,"nested":{"b":2},"b":[{"b":9}],"a":3,"":4}"#)
        #expect(root["a"]?.int == 1)
        #expect(root["b"]?[index: 0]?["b"]?.int == 9)
        #expect(root[""]?.int == 4)
        #expect(root["c"] == nil)
        #expect(root[named: "a" as String]?.int == 1)
        #expect(root["a"]?["a"] == nil)
    }

    @Test func `members come in the order of the text with all duplicates`() throws {
        let root = try Self.root(#"{"z":1,"a":{"x":[1,2]},"z":2.5,"m":"s"}"#)
        #expect(root.members.map(\.key.string) == ["z", "a", "z", "m"])
        #expect(root.members.map(\.value.kind) == [.int, .object, .double, .string])
        #expect(root.count == 4)
    }

    @Test func `elements come in order and by index`() throws {
        let root = try Self.root(#"[1,[2,3],{"a":4},18446744073709551615,"x",null]"#)
        #expect(root.elements.map(\.kind) == [.int, .array, .object, .uint, .string, .null])
        #expect(root.count == 6)
        #expect(root[index: 1]?[index: 1]?.int == 3)
        #expect(root[index: 5]?.isNull == true)
        #expect(root[index: 6] == nil)
        #expect(root[index: -1] == nil)
    }

    @Test(arguments: ["1", "\"text\"", "null", "true", "1.5"])
    func `a scalar has no members and no elements`(text: String) throws {
        let value = try Self.root(text)
        #expect(value.count == 0)
        #expect(Array(value.members).isEmpty)
        #expect(Array(value.elements).isEmpty)
        #expect(value["a"] == nil)
        #expect(value[index: 0] == nil)
    }

    @Test func `an object has no elements and an array no members`() throws {
        #expect(Array(try Self.root(#"{"a":1}"#).elements).isEmpty)
        #expect(Array(try Self.root("[1,2]").members).isEmpty)
    }

    @Test func `strings are unescaped`() throws {
        let root = try Self.root(#"["\"\\\/\b\f\n\r\t\u0000\u00e9\u20ac\ud83d\ude00",""]"#)
        #expect(root[index: 0]?.string == "\"\\/\u{8}\u{c}\n\r\t\0é€😀")
        #expect(root[index: 1]?.string == "")
        #expect(root[index: 1]?.withUTF8 { $0.count } == 0)
    }

    @Test func `keys and strings compare byte for byte`() throws {
        let root = try Self.root(#"{"model":"gpt"}"#)
        let member = try #require(Array(root.members).first)
        #expect(member.key.equals("model"))
        #expect(!member.key.equals("mode"))
        #expect(!member.key.equals("Model"))
        #expect(member.value.equals("gpt"))
        #expect(!member.value.equals("gp"))
        #expect(!root.equals("model"))
    }

    @Test(arguments: [3, 12, 13, 5000])
    func `a duplicate key is found among few and among many`(count: Int) throws {
        let members = (0..<count).map { "\"key\($0)\":\($0)" }
        #expect(try !Self.root("{\(members.joined(separator: ","))}").hasDuplicateKeys())
        #expect(try Self.root("{\((members + ["\"key1\":0"]).joined(separator: ","))}").hasDuplicateKeys())
    }

    @Test func `a key repeated in a nested object is no duplicate`() throws {
        #expect(try !Self.root(#"{"a":{"a":1},"b":{"a":2}}"#).hasDuplicateKeys())
    }

    @Test(arguments: [
        ("1", "1.0", true), ("18446744073709551615", "1.8446744073709552e19", false),
        ("9007199254740993", "9007199254740992.0", false), ("0", "-0.0", true), ("1", "\"1\"", false),
        ("1", "true", false), ("null", "false", false), ("true", "false", false), ("\"a\"", "\"\\u0061\"", true),
        ("[1,2]", "[2,1]", false), ("[1]", "[1,1]", false), ("[]", "{}", false),
        (#"{"a":1,"b":[2]}"#, #"{"b":[2.0],"a":1}"#, true), (#"{"a":1}"#, #"{"a":1,"b":2}"#, false),
        (#"{"a":1,"a":2}"#, #"{"a":2,"a":1}"#, false), (#"{"a":1,"b":0,"a":2}"#, #"{"b":0,"a":1,"a":2}"#, true),
        (#"{"a":1,"a":1}"#, #"{"a":1,"b":1}"#, false),
    ])
    func `equivalence goes by meaning`(left: String, right: String, isEquivalent: Bool) throws {
        #expect(try Self.root(left).isEquivalent(to: Self.root(right)) == isEquivalent)
        #expect(try Self.root(right).isEquivalent(to: Self.root(left)) == isEquivalent)
    }
}
