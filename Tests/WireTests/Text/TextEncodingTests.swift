import Testing
import Wire

struct HexTests {
    @Test
    func `bytes go to lower-case hex and back from either case`() {
        #expect(Hex.encode([0, 0x0F, 0xA5, 0xFF]) == "000fa5ff")
        #expect(Hex.decode("000fA5Ff") == [0, 0x0F, 0xA5, 0xFF])
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "0g", "g0", " 00", "0x00", "00\u{661}\u{661}"])
    func `text that is not hex is refused`(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}

struct Base64Tests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of the specification hold both ways`(plain: String, encoded: String) {
        let unpadded = String(encoded.prefix { $0 != "=" })
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
        #expect(Base64.encode(Array(plain.utf8), .urlSafe) == unpadded)
        #expect(Base64.decode(unpadded, .urlSafe) == Array(plain.utf8))
    }

    @Test
    func `the variants differ in two characters`() {
        #expect(Base64.encode([0xFB, 0xFF, 0xBF]) == "+/+/")
        #expect(Base64.encode([0xFB, 0xFF, 0xBF], .urlSafe) == "-_-_")
        #expect(Base64.decode("+/+/", .urlSafe) == nil)
        #expect(Base64.decode("-_-_") == nil)
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "=Zm9", "Zg==Zg==", "Zm9!",
    ])
    func `standard text that is not canonical is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test(arguments: ["Zg==", "Z", "Zh", "Zm9vYmE=", "Zm9v."])
    func `url-safe text that is not canonical is refused`(text: String) {
        #expect(Base64.decode(text, .urlSafe) == nil)
    }
}

struct PercentEncodingTests {
    @Test(arguments: [
        ("/a/b", "/a/b"), ("%2Fa%2f", "/a/"), ("a%20b+c", "a b+c"), ("caf%C3%A9", "caf\u{E9}"), ("%2525", "%25"),
        ("", ""),
    ])
    func `escapes are decoded once`(text: String, decoded: String) {
        #expect(PercentEncoding.decode(text) == decoded)
    }

    @Test
    func `a plus is a space only where asked`() {
        #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+")
    }

    @Test(arguments: ["%", "%2", "%zz", "a%2", "%%20", "%00", "a\0b", "%C3", "%FF", "%C0%AF", "%ED%A0%80", "%+1"])
    func `a bad escape, NUL or broken UTF-8 is refused`(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }
}

struct ByteArrayAppendTests {
    @Test(arguments: [0, 7, 10, 1234567890, -1, -120, Int.max, Int.min])
    func `integers are written in decimal`(number: Int) {
        var out = Array("n=".utf8)
        out.appendDecimal(number)
        #expect(String(decoding: out, as: UTF8.self) == "n=\(number)")
    }

    @Test
    func `numbers are padded to their width`() {
        var out: [UInt8] = []
        out.appendHex(0xAB, minimumDigits: 4)
        out.append(" ")
        out.appendHex(.max)
        out.append(utf8: " \u{E9} ")
        out.appendDecimal(5 as UInt64, minimumDigits: 3)
        #expect(String(decoding: out, as: UTF8.self) == "00ab ffffffffffffffff \u{E9} 005")
    }
}

struct TextCursorTests {
    @Test(arguments: [
        (0, "0.000"), (7, "0.007"), (9999, "9.999"), (10_000, "10.000"), (UInt64.max, "18446744073709551.615"),
    ])
    func `thousandths have three decimals`(number: UInt64, text: String) {
        var bytes: [UInt8] = []
        bytes.append(room: 21) { $0.thousandths(number) }
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}

struct StringByteTests {
    @Test func `a byte of a text is found wherever it stands`() {
        #expect("a/b".contains(byte: UInt8(ascii: "/")))
        #expect("ab/".contains(byte: UInt8(ascii: "/")))
        #expect(!"ab".contains(byte: UInt8(ascii: "/")))
        #expect(!"".contains(byte: 0))
    }
}
