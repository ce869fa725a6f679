public import Crypto

/// Where a provider's key pair of AWS comes from.
public enum AWSCredentialSource: Sendable, Equatable {
    /// As configured.
    case fixed(AWSCredentials)
    /// What runs the container answers at this URL: ECS, EKS.
    case container(AWSContainerEndpoint)
    /// The role of the machine, by version 2 of its metadata service.
    case instance

    /// A key pair, temporary with a session token.
    public static func keys(id: String, secret: String, sessionToken: String?) -> AWSCredentialSource {
        .fixed(AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: sessionToken))
    }
}

/// What a container's variables `AWS_CONTAINER_CREDENTIALS_*` and `AWS_CONTAINER_AUTHORIZATION_TOKEN*` say.
public struct AWSContainerEndpoint: Sendable, Equatable {
    public let url: String
    /// Sent as `Authorization`.
    public let token: String?
    /// Read for each fetch, in place of `token`: its content changes.
    public let tokenFile: String?

    /// Nil for a URL that credentials must not come from: without encryption only this machine, and the two addresses at
    /// which ECS and EKS answer on it, are asked.
    public init?(fullURL: String, token: String? = nil, tokenFile: String? = nil) {
        guard fullURL.hasPrefix("https://") || Self.plainHosts.contains(Self.host(fullURL)) else { return nil }
        url = fullURL
        self.token = token
        self.tokenFile = tokenFile
    }

    /// - Parameter relativePath: after ECS's own address; begins with a slash.
    public init?(relativePath: String, token: String? = nil, tokenFile: String? = nil) {
        guard relativePath.hasPrefix("/") else { return nil }
        self.init(fullURL: "http://169.254.170.2\(relativePath)", token: token, tokenFile: tokenFile)
    }

    private static let plainHosts: Set<String> = [
        "localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]",
    ]

    /// Of `http://host:port/path`.
    private static func host(_ url: String) -> String {
        guard url.hasPrefix("http://") else { return "" }
        let authority = url.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { return "" }
        if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }) + "]" }
        return String(authority.prefix { $0 != ":" })
    }
}
