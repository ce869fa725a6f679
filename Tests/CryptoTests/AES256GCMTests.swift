import Crypto
import Testing
import Wire

struct AES256GCMTests {
    private static let key = [UInt8](0..<32)

    private static func cipher() throws -> AES256GCM { try #require(AES256GCM(key: key)) }

    @Test(arguments: [0, 1, 15, 16, 17, 100_000])
    func `what was sealed opens again`(count: Int) throws {
        let cipher = try Self.cipher()
        let text = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = cipher.seal(text, context: [1, 2])
        #expect(sealed.count == count + 28)
        #expect(cipher.open(sealed, context: [1, 2]) == text)
    }

    @Test
    func `the same text is never sealed in the same way twice`() throws {
        let cipher = try Self.cipher()
        #expect(cipher.seal([1], context: []) != cipher.seal([1], context: []))
    }

    @Test
    func `a change anywhere, another context and another key are noticed`() throws {
        let cipher = try Self.cipher()
        let sealed = cipher.seal(Array("secret".utf8), context: [1])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(cipher.open(changed, context: [1]) == nil)
        }
        #expect(cipher.open(Array(sealed.dropLast()), context: [1]) == nil)
        #expect(cipher.open([], context: [1]) == nil)
        #expect(cipher.open(sealed, context: [2]) == nil)
        let other = try #require(AES256GCM(key: Self.key.reversed()))
        #expect(other.open(sealed, context: [1]) == nil)
    }

    @Test
    func `the published vector opens`() throws {
        // Test case 16 of the GCM specification by McGrew and Viega.
        func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex)) }
        let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
        let cipher = try #require(AES256GCM(key: bytes(key)))
        let text = try bytes(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
                + "ba637b39")
        let sealed = try bytes(
            "cafebabefacedbaddecaf888522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056"
                + "828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b")
        #expect(cipher.open(sealed, context: try bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")) == text)
    }

    @Test(arguments: [0, 16, 31, 33])
    func `a key of another length is refused`(count: Int) {
        #expect(AES256GCM(key: [UInt8](repeating: 0, count: count)) == nil)
    }
}
