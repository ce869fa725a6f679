internal import Crypto
internal import Dialects
internal import HubCore
internal import Synchronization

/// Proves to AWS who calls: by a key, or by a signature of each request.
final class BedrockAuthorization: Sendable {
    typealias Headers = [(name: String, value: String)]

    private let key: String?
    private let credentials: AccessTokens<AWSCredentials>
    private let region: String
    private let clock: any TimeSource
    /// Keeps the key that it made for the day.
    private let signer = Mutex<(credentials: AWSCredentials, signer: SigV4Signer)?>(nil)

    init(key: String?, region: String, clock: any TimeSource, fetch: AWSCredentialFetch) {
        self.key = key
        self.region = region
        self.clock = clock
        credentials = AccessTokens(clock: clock, fetch: fetch.fetch)
    }

    /// Does a call with the headers that authorize it. Credentials that AWS refuses are replaced, once: they may have been
    /// withdrawn.
    func authorized<Answer>(
        _ endpoint: BedrockEndpoint, _ body: [UInt8], _ work: (Headers) async throws(HubError) -> Answer
    ) async throws(HubError) -> Answer {
        if let key { return try await work([("authorization", "Bearer \(key)")]) }
        let first = try await credentials.token()
        do throws(HubError) {
            return try await work(headers(endpoint, body, first))
        } catch {
            guard first.expiration != nil, Self.isStale(error) else { throw error }
        }
        return try await work(headers(endpoint, body, try await credentials.token(rejecting: first)))
    }

    private static func isStale(_ error: HubError) -> Bool {
        ["ExpiredTokenException", "UnrecognizedClientException"].contains(error.upstream?.code)
    }

    private func headers(_ endpoint: BedrockEndpoint, _ body: [UInt8], _ credentials: AWSCredentials) -> Headers {
        var signed = [(name: "host", value: endpoint.host)]
        if endpoint.method == "POST" { signed.append(("content-type", "application/json")) }
        let request = SigV4Request(
            method: endpoint.method, path: endpoint.path, query: endpoint.query, headers: signed, body: body)
        let seconds = Int(clock.wallNanoseconds / 1_000_000_000)
        return signer.withLock { kept in
            var current =
                kept.flatMap { $0.credentials == credentials ? $0.signer : nil }
                ?? SigV4Signer(credentials: credentials, region: region, service: "bedrock")
            let headers = current.headers(for: request, secondsSince1970: seconds)
            kept = (credentials, current)
            return headers
        }
    }
}
