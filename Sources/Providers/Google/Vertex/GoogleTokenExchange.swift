internal import Dialects
internal import HTTPClient
internal import HubCore
internal import Wire

/// Exchanges a service account's signed assertion for an access token (RFC 7523 §2.1).
struct GoogleTokenExchange: Sendable {
    private let providerID: String
    private let account: GoogleServiceAccount
    private let client: HTTPClient
    private let clock: any TimeSource
    private let endpoint: HTTPEndpoint

    /// Of the whole exchange: every call waits for it when there is no token.
    private static let patience = Duration.seconds(10)
    private static let longestToken = 16 << 10

    init(
        providerID: String, account: GoogleServiceAccount, client: HTTPClient, clock: any TimeSource
    ) throws(HTTPClientError) {
        self.providerID = providerID
        self.account = account
        self.client = client
        self.clock = clock
        endpoint = try HTTPEndpoint(
            method: "POST", url: account.tokenURL, headers: [("content-type", "application/x-www-form-urlencoded")])
    }

    func fetch() async throws(HubError) -> AccessTokens<String>.Fetched {
        let assertion = account.assertion(secondsSince1970: Int(clock.wallNanoseconds / 1_000_000_000))
        // An assertion needs no escapes.
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + assertion
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(
                HTTPClientRequest(
                    endpoint: endpoint, body: Array(form.utf8), deadlines: HTTPDeadlines(total: Self.patience),
                    maximumResponseBytes: 64 << 10))
        } catch {
            var failure = TransportFailure.beforeCall(error, provider: providerID)
            failure.message = "\(providerID): no token from \(endpoint.host): \(TransportFailure.text(error))"
            throw failure
        }
        guard (200..<300).contains(response.status) else { throw refusal(response) }
        let answer = try? JSONDocument.parse(response.body, maximumDepth: 16).root
        guard let token = answer?["access_token"]?.string, Self.isToken(token),
            let lifetime = answer?["expires_in"]?.int, lifetime > 0
        else { throw failure(.providerBadResponse, "\(endpoint.host) answered with no token") }
        return AccessTokens<String>.Fetched(value: token, lifetimeSeconds: lifetime)
    }

    /// It goes into a header.
    private static func isToken(_ text: String) -> Bool {
        (1...longestToken).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private func refusal(_ response: HTTPClientResponse) -> HubError {
        guard (400..<500).contains(response.status), response.status != 429 else {
            return failure(.providerError, "\(endpoint.host) answered with status \(response.status)", response.status)
        }
        // A word such as `invalid_grant`. Its description is left out, as of any refused credential.
        let said = (try? JSONDocument.parse(response.body, maximumDepth: 16).root["error"])?.string ?? ""
        let isWord = said.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_") }
        let reason = said.isEmpty || said.utf8.count > 64 || !isWord ? "" : ": \(said)"
        return failure(
            .providerAuthentication, "\(endpoint.host) refused the service account\(reason)", response.status)
    }

    private func failure(_ code: ErrorCode, _ message: String, _ status: Int? = nil) -> HubError {
        var error = HubError(code, "\(providerID): \(message)")
        error.provider = providerID
        error.upstream = status.map { HubError.Upstream(status: $0) }
        return error
    }
}
