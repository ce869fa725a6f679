internal import Wire

/// The key of one day, region and service, made from the secret: it can be kept for that day.
public struct SigV4Key: Sendable {
    /// `20150830/us-east-1/bedrock/aws4_request`.
    public let scope: String
    private let key: [UInt8]

    /// - Parameter day: `20150830`.
    public init(secret: String, day: String, region: String, service: String) {
        scope = "\(day)/\(region)/\(service)/aws4_request"
        var key = Array("AWS4\(secret)".utf8)
        for part in [day, region, service, "aws4_request"] {
            key = HMACSHA256.code(of: Array(part.utf8), key: key)
        }
        self.key = key
    }

    /// What is signed for a request of `timestamp` (`20150830T123600Z`).
    public func stringToSign(timestamp: String, canonicalRequest: String) -> String {
        "AWS4-HMAC-SHA256\n\(timestamp)\n\(scope)\n\(Hex.encode(SHA256.digest(Array(canonicalRequest.utf8))))"
    }

    /// 64 hex digits.
    public func signature(of stringToSign: String) -> String {
        Hex.encode(HMACSHA256.code(of: Array(stringToSign.utf8), key: key))
    }
}
