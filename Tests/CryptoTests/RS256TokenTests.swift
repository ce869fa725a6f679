import Crypto
import TestSupport
import Testing
import Wire

@Suite(.enabled(if: OpenSSLTool.isHere, "needs the openssl command"))
struct RS256TokenTests {
    @Test func `OpenSSL verifies what was signed, and nothing else`() throws {
        let pem = try OpenSSLTool.rsaKey.get()
        let key = try #require(RSAPrivateKey(pem: pem))
        let signature = key.signature(of: Array("signed".utf8))
        #expect(signature.count == 256)
        #expect(try OpenSSLTool.verifies(signature, of: Array("signed".utf8), key: pem))
        #expect(try !OpenSSLTool.verifies(signature, of: Array("signet".utf8), key: pem))
    }

    @Test(arguments: [nil, "kid-1"])
    func `a token is header, claims and a signature over both`(keyID: String?) throws {
        let pem = try OpenSSLTool.rsaKey.get()
        let key = try #require(RSAPrivateKey(pem: pem))
        let token = RS256Token.sign(claims: Array(#"{"iss":"a"}"#.utf8), keyID: keyID, with: key)
        let parts = token.split(separator: ".").map { Base64.decode(String($0), .urlSafe) ?? [] }
        try #require(parts.count == 3)
        let kid = keyID.map { #","kid":"\#($0)""# } ?? ""
        #expect(String(decoding: parts[0], as: UTF8.self) == #"{"alg":"RS256","typ":"JWT"\#(kid)}"#)
        #expect(String(decoding: parts[1], as: UTF8.self) == #"{"iss":"a"}"#)
        let signed = token.utf8.prefix { $0 != UInt8(ascii: ".") }.count + 1 + (11 * 4 + 2) / 3
        #expect(try OpenSSLTool.verifies(parts[2], of: Array(token.utf8.prefix(signed)), key: pem))
    }

    @Test(arguments: [
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
        ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"],
        ["-algorithm", "RSA", "-aes-128-cbc", "-pass", "pass:secret"],
    ])
    func `a key of another kind, a short one and one with a password are refused`(options: [String]) throws {
        let pem = try OpenSSLTool.newKey(options)
        #expect(pem.contains("PRIVATE KEY"))
        #expect(RSAPrivateKey(pem: pem) == nil)
    }

    @Test func `a damaged key, with which nothing can be signed, is refused`() throws {
        let pem = try OpenSSLTool.rsaKey.get()
        let lines = pem.split(separator: "\n")
        var der = try #require(Base64.decode(lines.dropFirst().dropLast().joined()))
        // The public exponent 65537 follows the modulus: an even one has no use.
        let exponent: [UInt8] = [2, 3, 1, 0, 1]
        let start = try #require(der.indices.first { der[$0...].starts(with: exponent) })
        der[start - 1] &= 0xFE
        let damaged = [String(lines[0]), Base64.encode(der), String(lines[lines.count - 1]), ""]
        #expect(RSAPrivateKey(pem: damaged.joined(separator: "\n")) == nil)
    }

    @Test(arguments: ["", "key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func `what is no key is refused`(text: String) {
        #expect(RSAPrivateKey(pem: text) == nil)
    }
}
