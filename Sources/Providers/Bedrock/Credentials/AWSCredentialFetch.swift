internal import Crypto
internal import Dialects
internal import HTTPClient
internal import HubCore
internal import Reactor
internal import Wire

/// Fetches the temporary key pair of a container or a machine.
struct AWSCredentialFetch: Sendable {
    private let providerID: String
    private let client: HTTPClient
    private let clock: any TimeSource
    private let source: AWSCredentialSource
    /// Of the metadata service.
    private let instanceURL: String
    private let readFile: @Sendable (String) -> [UInt8]?

    /// Of each call: every call of the provider waits for it when there is no key pair.
    private static let patience = Duration.seconds(5)
    private static let longestText = 16 << 10

    /// - Parameters:
    ///   - instanceURL: `http://169.254.169.254`.
    ///   - readFile: blocks; nil where the file cannot be read.
    init(
        providerID: String, source: AWSCredentialSource, client: HTTPClient, clock: any TimeSource,
        instanceURL: String, readFile: @escaping @Sendable (String) -> [UInt8]?
    ) {
        self.providerID = providerID
        self.source = source
        self.client = client
        self.clock = clock
        self.instanceURL = instanceURL
        self.readFile = readFile
    }

    func fetch() async throws(HubError) -> AccessTokens<AWSCredentials>.Fetched {
        switch source {
        case .fixed(let credentials):
            return AccessTokens<AWSCredentials>.Fetched(value: credentials, lifetimeSeconds: 86_400)
        case .container(let endpoint): return try await ofContainer(endpoint)
        case .instance: return try await ofInstance()
        }
    }

    private func ofContainer(
        _ endpoint: AWSContainerEndpoint
    ) async throws(HubError) -> AccessTokens<AWSCredentials>.Fetched {
        var token = endpoint.token
        if let file = endpoint.tokenFile {
            let readFile = readFile
            guard let bytes = await BlockingWork.run({ readFile(file) }), bytes.count <= Self.longestText else {
                throw failure(.providerNotConfigured, "\(file) cannot be read")
            }
            token = String(decoding: bytes, as: UTF8.self)
            while token?.last?.isNewline == true { token?.removeLast() }
        }
        let headers = token.map { [(name: "authorization", value: $0)] } ?? []
        return try read(try await ask("GET", endpoint.url, headers))
    }

    private func ofInstance() async throws(HubError) -> AccessTokens<AWSCredentials>.Fetched {
        let session = try text(
            try await ask(
                "PUT", "\(instanceURL)/latest/api/token", [("x-aws-ec2-metadata-token-ttl-seconds", "300")]))
        let headers = [(name: "x-aws-ec2-metadata-token", value: session)]
        let folder = "\(instanceURL)/latest/meta-data/iam/security-credentials/"
        let role = try text(try await ask("GET", folder, headers))
        return try read(try await ask("GET", folder + PercentEncoding.encode(role), headers))
    }

    /// One line: a token, the name of a role.
    private func text(_ body: [UInt8]) throws(HubError) -> String {
        let line = body.split(separator: UInt8(ascii: "\n")).first ?? []
        guard !line.isEmpty, line.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw failure(.providerBadResponse, "the metadata service answered with no name")
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// `{"AccessKeyId","SecretAccessKey","Token","Expiration"}`.
    private func read(_ body: [UInt8]) throws(HubError) -> AccessTokens<AWSCredentials>.Fetched {
        guard let document = try? JSONDocument.parse(body, maximumDepth: 16).root,
            let id = document["AccessKeyId"]?.string, let secret = document["SecretAccessKey"]?.string,
            let token = document["Token"]?.string ?? document["SessionToken"]?.string,
            [id, token].allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } })
        else { throw failure(.providerBadResponse, "there are no AWS credentials in what was answered") }
        let expiration = document["Expiration"]?.string.flatMap { RFC3339.parse($0) }.flatMap { UInt64(exactly: $0) }
        let now = clock.wallNanoseconds
        // Without an end they are asked for again after a while.
        let lifetime = expiration.map { $0 > now ? Int(($0 - now) / 1_000_000_000) : 0 } ?? 900
        return AccessTokens<AWSCredentials>.Fetched(
            value: AWSCredentials(
                accessKeyID: id, secretAccessKey: secret, sessionToken: token, expiration: expiration),
            lifetimeSeconds: lifetime)
    }

    private func ask(
        _ method: String, _ url: String, _ headers: [(name: String, value: String)]
    ) async throws(HubError) -> [UInt8] {
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(
                HTTPClientRequest(
                    endpoint: try HTTPEndpoint(method: method, url: url, headers: headers),
                    deadlines: HTTPDeadlines(total: Self.patience), maximumResponseBytes: 64 << 10))
        } catch {
            var failure = TransportFailure.beforeCall(error, provider: providerID)
            failure.message = "\(providerID): no AWS credentials: \(TransportFailure.text(error))"
            throw failure
        }
        switch response.status {
        case 200..<300: return response.body
        // The service is busy or ill, which passes; refusals of any other kind are the configuration's.
        case 429, 500...: throw failure(.providerError, "no AWS credentials: status \(response.status)")
        default: throw failure(.providerNotConfigured, "no AWS credentials: status \(response.status)")
        }
    }

    private func failure(_ code: ErrorCode, _ message: String) -> HubError {
        var error = HubError(code, "\(providerID): \(message)")
        error.provider = providerID
        return error
    }
}
