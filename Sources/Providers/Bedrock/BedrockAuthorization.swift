internal import Crypto
internal import Dialects
internal import HubCore
internal import Reactor
internal import Synchronization

/// Proves to AWS who calls: by a key, or by a signature of each request.
final class BedrockAuthorization: Sendable {
    typealias Headers = [(name: String, value: String)]

    private let providerID: String
    private let key: String?
    private let credentials: AccessTokens<AWSCredentials>
    private let region: String
    private let clock: any TimeSource
    /// Keeps the key that it made for the day.
    private let signer = Mutex<(credentials: AWSCredentials, signer: SigV4Signer)?>(nil)

    init(providerID: String, key: String?, region: String, clock: any TimeSource, fetch: AWSCredentialFetch) {
        self.providerID = providerID
        self.key = key
        self.region = region
        self.clock = clock
        credentials = AccessTokens(clock: clock, fetch: fetch.fetch)
    }

    /// Does a call with the headers that authorize it. Credentials that AWS refuses are replaced, once: they may have been
    /// withdrawn.
    /// - Parameter end: of the wait for credentials; what `work` takes, it bounds itself.
    func authorized<Answer>(
        _ endpoint: BedrockEndpoint, _ body: [UInt8], until end: MonotonicTime,
        _ work: (Headers) async throws(HubError) -> Answer
    ) async throws(HubError) -> Answer {
        if let key { return try await work([("authorization", "Bearer \(key)")]) }
        let first = try await keyPair(until: end)
        do throws(HubError) {
            return try await work(headers(endpoint, body, first))
        } catch {
            guard first.expiration != nil, Self.isStale(error) else { throw error }
        }
        return try await work(headers(endpoint, body, try await keyPair(rejecting: first, until: end)))
    }

    private func keyPair(
        rejecting rejected: AWSCredentials? = nil, until end: MonotonicTime
    ) async throws(HubError) -> AWSCredentials {
        do throws(HubError) {
            return try await credentials.token(rejecting: rejected, until: end)
        } catch {
            var error = error
            error.provider = providerID
            throw error
        }
    }

    /// Whether the call was refused before it began. A stream that says so in its midst has been passed on in part, and is
    /// not to be repeated.
    private static func isStale(_ error: HubError) -> Bool {
        guard let upstream = error.upstream, (400...403).contains(upstream.status) else { return false }
        return ["ExpiredTokenException", "UnrecognizedClientException"].contains(upstream.code)
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
