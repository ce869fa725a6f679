internal import Crypto
public import Dialects
internal import HTTPClient
internal import Wire

/// The key file of a service account of Google Cloud: who calls, and the key that proves it.
public struct GoogleServiceAccount: Sendable {
    public let email: String
    /// Of the project that the account belongs to.
    public let projectID: String?
    /// Whose quota calls count for, where that is another project than the one that is called.
    public let quotaProjectID: String?
    let key: RSAPrivateKey
    let keyID: String?
    /// Where a signed assertion is exchanged for a token.
    let tokenURL: String

    private static let defaultTokenURL = "https://oauth2.googleapis.com/token"

    /// - Parameter json: the file's text, as Google's console gives it.
    ///
    /// Throws a `providerNotConfigured` that names the field which is wrong, and quotes nothing of the file.
    public init(json: String) throws(HubError) {
        guard json.utf8.count <= 65536, let file = try? JSONDocument.parse(json, maximumDepth: 16).root, file.isObject
        else { throw Self.unusable("is no JSON object of at most 64 KiB") }
        guard file["type"]?.equals("service_account") == true else {
            throw Self.unusable("has a type other than service_account")
        }
        email = try Self.text(file, "client_email")
        guard let key = RSAPrivateKey(pem: try Self.text(file, "private_key")) else {
            throw Self.unusable("has a private_key that is no RSA key of 2048 to 8192 bits in PEM's form")
        }
        self.key = key
        keyID = file["private_key_id"] == nil ? nil : try Self.text(file, "private_key_id")
        projectID = file["project_id"] == nil ? nil : try Self.text(file, "project_id")
        quotaProjectID = file["quota_project_id"] == nil ? nil : try Self.text(file, "quota_project_id")
        tokenURL = file["token_uri"] == nil ? Self.defaultTokenURL : try Self.text(file, "token_uri")
        guard let endpoint = try? HTTPEndpoint(method: "POST", url: tokenURL),
            endpoint.isSecure || ["127.0.0.1", "[::1]", "localhost"].contains(endpoint.host)
        else { throw Self.unusable("has a token_uri that is no https URL") }
    }

    private static func text(_ file: JSONValue, _ name: StaticString) throws(HubError) -> String {
        guard let text = file[name]?.string, !text.isEmpty else { throw unusable("has no text in \(name)") }
        return text
    }

    private static func unusable(_ problem: String) -> HubError {
        HubError(.providerNotConfigured, "the service account's key \(problem)")
    }

    /// The claims of RFC 7523 §3 for a token that may call Google Cloud, signed.
    func assertion(secondsSince1970: Int) -> String {
        var claims = JSONWriter(reserving: 256)
        claims.beginObject()
        claims.member("iss", email)
        claims.member("scope", "https://www.googleapis.com/auth/cloud-platform")
        claims.member("aud", tokenURL)
        claims.member("iat", secondsSince1970)
        // The longest that Google allows.
        claims.member("exp", secondsSince1970 + 3600)
        claims.endObject()
        return RS256Token.sign(claims: claims.bytes, keyID: keyID, with: key)
    }
}

/// Redacted: a description ends up in logs.
extension GoogleServiceAccount: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "service account \(email)" }
    public var debugDescription: String { description }
}
