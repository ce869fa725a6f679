internal import Wire

/// Signed JSON Web Tokens (RFC 7519) in the compact form of RFC 7515 §3.1, with the algorithm RS256.
public enum RS256Token {
    /// - Parameters:
    ///   - claims: a JSON object.
    ///   - keyID: for the header; nil leaves it out.
    public static func sign(claims: [UInt8], keyID: String?, with key: RSAPrivateKey) -> String {
        var header = JSONWriter(reserving: 128)
        header.beginObject()
        header.member("alg", "RS256")
        header.member("typ", "JWT")
        if let keyID { header.member("kid", keyID) }
        header.endObject()
        let signed = Base64.encode(header.bytes, .urlSafe) + "." + Base64.encode(claims, .urlSafe)
        return signed + "." + Base64.encode(key.signature(of: Array(signed.utf8)), .urlSafe)
    }
}
