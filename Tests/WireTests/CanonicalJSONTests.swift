import Testing
import Wire

struct CanonicalJSONTests {
    private func canonical(_ text: String) throws -> String {
        var writer = JSONWriter()
        writer.canonical(try JSONDocument.parse(text).root)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `members are ordered by their keys' UTF-16 units at every depth`() throws {
        // The order of RFC 8785, section 3.2.3: "\r" "1" control O-umlaut euro smiley dalet.
        let text =
            "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,\"\\u00f6\":{\"b\":[{\"d\":1,\"c\":2}],\"a\":0}}"
        #expect(
            try canonical(text)
                == "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":{\"a\":0,\"b\":[{\"c\":2,\"d\":1}]},\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"
        )
    }

    @Test(arguments: [
        (["a", "b", "c"], ["c", "a", "b"]),
        ((0..<40).map { "k\($0)" }, (0..<40).reversed().map { "k\($0)" }),
    ])
    func `the order in which members came does not show`(_ first: [String], _ second: [String]) throws {
        func object(_ keys: [String]) -> String {
            "{" + keys.map { "\"\($0)\":\"\($0)\"" }.joined(separator: ",") + "}"
        }
        #expect(try canonical(object(first)) == canonical(object(second)))
    }

    @Test func `elements keep their order, and members of one name theirs`() throws {
        #expect(try canonical(#"{"b":[3,1,2],"a":1,"a":0}"#) == #"{"a":1,"a":0,"b":[3,1,2]}"#)
    }

    /// RFC 8785, appendix B, and the limits of each form of ECMAScript's numbers.
    @Test(arguments: [
        ("0.0", "0"), ("-0.0", "0"), ("5e-324", "5e-324"), ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("295147905179352830000.0", "295147905179352830000"), ("1e21", "1e+21"), ("1e20", "100000000000000000000"),
        ("333333333.33333329", "333333333.3333333"), ("1e30", "1e+30"), ("4.50", "4.5"), ("2e-3", "0.002"),
        ("0.000000000000000000000000001", "1e-27"), ("1e-6", "0.000001"), ("1e-7", "1e-7"), ("1.5e-7", "1.5e-7"),
        ("-1e-5", "-0.00001"), ("10.0", "10"), ("123456.789", "123456.789"), ("0.1", "0.1"),
        ("1e16", "10000000000000000"),
    ])
    func `doubles are written as ECMAScript writes them`(_ text: String, _ expected: String) throws {
        #expect(try canonical(text) == expected)
    }

    @Test func `integers keep all their digits`() throws {
        #expect(
            try canonical("[9007199254740993,18446744073709551615,-9223372036854775808]")
                == "[9007199254740993,18446744073709551615,-9223372036854775808]")
    }

    @Test func `an integral double is the integer`() throws {
        #expect(try canonical(#"{"temperature":1.0}"#) == canonical(#"{"temperature":1}"#))
    }
}
