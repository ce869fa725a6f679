internal import Wire

/// A key pair of AWS. A session token makes it temporary.
public struct AWSCredentials: Equatable, Sendable {
    public var accessKeyID: String
    public var secretAccessKey: String
    public var sessionToken: String?
    /// Nanoseconds since 1970; nil: until they are taken away.
    public var expiration: UInt64?

    public init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: UInt64? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }
}

/// Redacted: a description ends up in logs.
extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String { "AWS credentials of \(accessKeyID)" }
    public var debugDescription: String { description }
}

/// Signs requests to one service in one region.
public struct SigV4Signer: Sendable {
    private let credentials: AWSCredentials
    private let region: String
    private let service: String
    /// Of the day that was signed last.
    private var key: (day: Substring, key: SigV4Key)?

    public init(credentials: AWSCredentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The headers to add to a request: `x-amz-date`, `x-amz-security-token` with temporary credentials, and
    /// `authorization`.
    ///
    /// - Parameter request: with all headers that are to be signed; those that proxies change must not be among them.
    public mutating func headers(
        for request: SigV4Request, secondsSince1970: Int
    ) -> [(name: String, value: String)] {
        let timestamp = BasicTimestamp.text(secondsSince1970: secondsSince1970)
        var added = [(name: "x-amz-date", value: timestamp)]
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token)) }
        var request = request
        request.headers += added
        let key = key(of: timestamp.prefix(8))
        let signature = key.signature(
            of: key.stringToSign(timestamp: timestamp, canonicalRequest: request.canonical()))
        let authorization =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(key.scope), "
            + "SignedHeaders=\(request.signedHeaders), Signature=\(signature)"
        return added + [("authorization", authorization)]
    }

    private mutating func key(of day: Substring) -> SigV4Key {
        if let key, key.day == day { return key.key }
        let new = SigV4Key(
            secret: credentials.secretAccessKey, day: String(day), region: region, service: service)
        key = (day, new)
        return new
    }
}
