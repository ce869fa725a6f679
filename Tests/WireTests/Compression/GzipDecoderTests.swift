import TestSupport
import Testing
import Wire

struct GzipDecoderTests {
    static let text = Array("a body of some words, of some words".utf8)

    static func decode(_ bytes: [UInt8], maximumBytes: Int = 1 << 20) throws(GzipError) -> [UInt8] {
        let decoder = try GzipDecoder(bytes, maximumBytes: maximumBytes)
        #expect(try decoder.decode())
        return decoder.output
    }

    @Test func `what was compressed comes out`() throws {
        #expect(try Self.decode(Gzip.compress(Self.text)) == Self.text)
        #expect(try Self.decode(Gzip.compress([])) == [])
    }

    @Test func `several members are one body`() throws {
        let members = Gzip.compress(Self.text) + Gzip.compress([]) + Gzip.compress(Self.text)
        #expect(try Self.decode(members) == Self.text + Self.text)
    }

    @Test func `a body of exactly the bound is accepted`() throws {
        #expect(try Self.decode(Gzip.compress(Self.text), maximumBytes: Self.text.count) == Self.text)
    }

    @Test func `a body over the bound is given up there`() throws {
        let bomb = Gzip.compress([UInt8](repeating: 0, count: 4 << 20))
        #expect(bomb.count < 5000)
        let decoder = try GzipDecoder(bomb, maximumBytes: 100_000)
        #expect(throws: GzipError.tooLarge) { try decoder.decode() }
        #expect(decoder.output.count == 100_001)
    }

    @Test func `members together count against the bound`() throws {
        let members = Gzip.compress(Self.text) + Gzip.compress(Self.text)
        #expect(throws: GzipError.tooLarge) { try Self.decode(members, maximumBytes: 2 * Self.text.count - 1) }
    }

    @Test func `a body cut anywhere is truncated`() throws {
        let whole = Gzip.compress(Self.text)
        for length in whole.indices {
            #expect(throws: GzipError.truncated, "\(length) bytes") { try Self.decode(Array(whole[..<length])) }
        }
    }

    static let corrupt: [(name: String, bytes: [UInt8])] = [
        ("JSON", Array("{}".utf8)),
        ("zlib's own format", [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]),
        ("bytes after the end", Gzip.compress(text) + [1, 2, 3]),
        ("a wrong length", Gzip.compress(text).dropLast(4) + [0, 0, 0, 0]),
        ("a wrong checksum", Gzip.compress(text).dropLast(8) + Gzip.compress(text + text).suffix(8)),
    ]

    @Test(arguments: corrupt)
    func `what is not gzip is corrupt`(name: String, bytes: [UInt8]) throws {
        #expect(throws: GzipError.corrupt) { try Self.decode(bytes) }
    }

    @Test func `any changed byte is refused or changes nothing`() throws {
        let whole = Gzip.compress(Self.text)
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0x40
            // Time, system and level of the header are not checked by anything, nor are bits that fill a byte.
            if let decoded = try? Self.decode(changed) { #expect(decoded == Self.text) }
        }
    }

    @Test func `a body can be decoded in portions`() throws {
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) }
        let decoder = try GzipDecoder(Gzip.compress(bytes), maximumBytes: bytes.count)
        var portions = 1
        while try !decoder.decode(budget: 100_000) { portions += 1 }
        #expect(decoder.output == bytes)
        #expect(portions > 5)
    }
}
