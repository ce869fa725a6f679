import Testing
import Wire

struct JSONWriterTests {
    static func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `commas and colons are placed between members and elements`() {
        let text = Self.written {
            $0.beginObject()
            $0.member("model", "m")
            $0.key("list")
            $0.beginArray()
            $0.int(1)
            $0.beginObject()
            $0.endObject()
            $0.beginArray()
            $0.endArray()
            $0.null()
            $0.endArray()
            $0.member("stream", true)
            $0.member("count", -3)
            $0.member("share", 0.5)
            $0.key("raw")
            $0.raw("{\"x\":1}")
            $0.key("last" as String)
            $0.raw(Array("[]".utf8))
            $0.endObject()
        }
        #expect(
            text
                == #"{"model":"m","list":[1,{},[],null],"stream":true,"count":-3,"share":0.5,"raw":{"x":1},"last":[]}"#)
    }

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("\"", "\\\""), ("\\", "\\\\"), ("/", "/"),
        ("\u{8}\u{c}\n\r\t", "\\b\\f\\n\\r\\t"),
        ("\0\u{1}\u{1f}\u{7f}", "\\u0000\\u0001\\u001f\u{7f}"), ("é€😀\u{2028}", "é€😀\u{2028}"),
        ("12345678\"", "12345678\\\""), ("1234567\"9", "1234567\\\"9"), ("\n1234567\n", "\\n1234567\\n"),
    ])
    func `a string is escaped where it must be and nowhere else`(text: String, escaped: String) {
        #expect(Self.written { $0.string(text) } == "\"\(escaped)\"")
    }

    @Test func `every byte value at every offset of a word survives`() throws {
        for scalar in UInt8.min...0x7F {
            for offset in 0..<17 {
                let filler = String(repeating: "é", count: offset)
                let text = filler + String(UnicodeScalar(scalar)) + filler
                let json = Self.written { $0.string(text) }
                #expect(try JSONDocument.parse(json).root.string == text)
            }
        }
    }

    @Test(arguments: [
        (0, "0"), (7, "7"), (-7, "-7"), (10, "10"), (Int.max, "9223372036854775807"),
        (Int.min, "-9223372036854775808"),
    ])
    func `a signed integer is exact`(value: Int, text: String) {
        #expect(Self.written { $0.int(value) } == text)
    }

    @Test func `the largest unsigned integer is exact`() {
        #expect(Self.written { $0.uint(.max) } == "18446744073709551615")
    }

    @Test(
        arguments: [
            (1.0, "1.0"), (-0.0, "-0.0"), (0.1, "0.1"), (1e16, "1e+16"), (.leastNonzeroMagnitude, "5e-324"),
            (.infinity, "null"),
            (-.infinity, "null"), (.nan, "null"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
        ] as [(Double, String)])
    func `a double is written in its shortest form and stays a double`(value: Double, text: String) {
        #expect(Self.written { $0.double(value) } == text)
    }

    @Test func `a hundred thousand random doubles come back bit for bit`() throws {
        var generator = SplitMix(state: 20_240_607)
        let values = (0..<100_000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
        let text = Self.written { writer in
            writer.beginArray()
            for value in values { writer.double(value) }
            writer.endArray()
        }
        let elements = try JSONDocument.parse(text).root.elements
        #expect(elements.map { $0.kind == .double ? $0.double?.bitPattern : nil } == values.map(\.bitPattern))
    }

    @Test(arguments: [
        #"{"z":1,"a":{"x":[1,2.0,-0.0,1e+300]},"z":18446744073709551615,"m":"\n\u0000é😀\"\\"}"#,
        "[]", "{}", "[[],{},[{}]]", "-9223372036854775808", "\"\"", "true", "false", "null",
    ])
    func `a parsed value is written with order, duplicates and numbers kept`(text: String) throws {
        let root = try JSONDocument.parse(text).root
        #expect(Self.written { $0.value(root) } == text)
    }

    /// Every length around the blocks strings are copied in, with an escape at each place and at none.
    @Test(arguments: 0..<140)
    func `an escape anywhere in a parsed string of any length is written again`(length: Int) throws {
        for position in 0...length {
            var text = String(repeating: "a", count: length)
            if position < length {
                let place = text.index(text.startIndex, offsetBy: position)
                text.replaceSubrange(place...place, with: "\n")
            }
            let root = try JSONDocument.parse(Self.written { $0.string(text) }).root
            #expect(root.string == text)
            #expect(Self.written { $0.value(root) } == Self.written { $0.string(text) })
        }
    }

    @Test(arguments: [0, 1, 63, 64, 65, 200, 1000, 70_000])
    func `what is written does not depend on the room reserved`(room: Int) throws {
        let control = String(repeating: "\u{1}\n", count: 5000)
        var source = JSONWriter()
        source.beginArray()
        for text in ["", "x", control, "é", String(repeating: "plain ", count: 700), "\"\\"] {
            source.beginObject()
            source.key(text)
            source.string(text)
            source.member("numbers", 1.5)
            source.member("nothing", -1)
            source.endObject()
        }
        source.endArray()
        let root = try JSONDocument.parse(source.bytes).root
        var writer = JSONWriter(reserving: room)
        writer.value(root)
        #expect(writer.bytes == source.bytes)
    }

    @Test(arguments: [63, 64, 65, 127, 128, 129, 1000, JSONDocument.deepestNesting])
    func `objects and arrays in turn are told apart at any depth`(pairs: Int) throws {
        let half = pairs / 2
        let text =
            String(repeating: #"{"a":["x","#, count: half) + "0" + String(repeating: #","y"],"b":1}"#, count: half)
        let root = try JSONDocument.parse(text, maximumDepth: pairs).root
        #expect(Self.written { $0.value(root) } == text)
    }

    @Test func `every count of digits is written`() {
        var value: UInt64 = 1
        for digits in 1...19 {
            for number in [value, value + 7, value * 10 - 1] where number / value < 10 {
                #expect(Self.written { $0.uint(number) } == String(number), "\(digits) digits")
            }
            if digits < 19 { value *= 10 }
        }
    }

    @Test func `a parsed value can be a member of a new object`() throws {
        let root = try JSONDocument.parse(#"{"messages":[{"role":"user"}],"n":1}"#).root
        let messages = try #require(root["messages"])
        let text = Self.written { writer in
            writer.beginObject()
            writer.member("before", 1)
            writer.member("messages", messages)
            for member in root.members where member.key.equals("n") {
                writer.key(member.key)
                writer.value(member.value)
            }
            writer.endObject()
        }
        #expect(text == #"{"before":1,"messages":[{"role":"user"}],"n":1}"#)
    }
}

/// Steele, Lea and Flood's generator: the same numbers on every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
