import Crypto
import Synchronization
import TestSupport
import Wire

/// AWS's script: Bedrock, a container's and a machine's source of credentials, in one server.
final class AWSCloud: Sendable {
    private let given = Mutex(0)
    private let refused: Mutex<[Int]>
    private let expiration: String?
    private let instead: [String: ScriptedAnswer]

    /// - Parameters:
    ///   - refusing: the numbers of key pairs that are not taken.
    ///   - expiration: of each key pair.
    ///   - instead: of the usual answers to requests whose targets end so.
    init(
        refusing: [Int] = [], expiration: String? = "2026-01-01T01:00:01Z", instead: [String: ScriptedAnswer] = [:]
    ) {
        self.instead = instead
        refused = Mutex(refusing)
        self.expiration = expiration
    }

    func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
        if let (_, answer) = instead.first(where: { request.target.hasSuffix($0.key) }) { return answer }
        switch request.target {
        case "/latest/api/token":
            guard request.method == "PUT", request.header("x-aws-ec2-metadata-token-ttl-seconds") != nil else {
                return .json("{}", status: 405)
            }
            return Self.text("session")
        case "/latest/meta-data/iam/security-credentials/": return isSession(request) ?? Self.text("my-role\n")
        case "/latest/meta-data/iam/security-credentials/my-role": return isSession(request) ?? keyPair()
        case "/container": return request.header("authorization") == "secret" ? keyPair() : .json("{}", status: 401)
        default: return bedrock(request)
        }
    }

    private func isSession(_ request: ScriptedRequest) -> ScriptedAnswer? {
        request.header("x-aws-ec2-metadata-token") == "session" ? nil : .json("{}", status: 401)
    }

    private static func text(_ text: String) -> ScriptedAnswer {
        ScriptedAnswer(headers: [("content-type", "text/plain")], body: Array(text.utf8))
    }

    private func keyPair() -> ScriptedAnswer {
        let number = given.withLock { given in
            given += 1
            return given
        }
        let end = expiration.map { #","Expiration":"\#($0)""# } ?? ""
        return .json(
            #"{"Code":"Success","AccessKeyId":"ASIA\#(number)","SecretAccessKey":"s","Token":"token-\#(number)"\#(end)}"#
        )
    }

    private func bedrock(_ request: ScriptedRequest) -> ScriptedAnswer {
        let number = Int(request.header("x-amz-security-token")?.dropFirst("token-".count) ?? "") ?? 0
        if refused.withLock({ $0.contains(number) }) {
            var answer = ScriptedAnswer.json(#"{"message":"The security token included in the request is expired"}"#)
            answer.status = 403
            answer.headers.append(("x-amzn-ErrorType", "ExpiredTokenException:http://internal.amazon.com/"))
            return answer
        }
        if request.target.hasPrefix("/foundation-models") {
            return .json(
                #"{"modelSummaries":[{"modelId":"a","inferenceTypesSupported":["ON_DEMAND"]},"#
                    + #"{"modelId":"b","inferenceTypesSupported":["INFERENCE_PROFILE"]},"#
                    + #"{"modelId":"c","inferenceTypesSupported":["ON_DEMAND"],"modelLifecycle":{"status":"LEGACY"}}]}"#
            )
        }
        if request.target.hasPrefix("/inference-profiles") {
            return .json(#"{"inferenceProfileSummaries":[{"inferenceProfileId":"us.b"}]}"#)
        }
        if request.target.hasSuffix("/count-tokens") { return .json(#"{"inputTokens":14}"#) }
        if request.target.hasSuffix("/converse-stream") { return .frames(Self.stream) }
        return .json(
            #"{"output":{"message":{"role":"assistant","content":[{"text":"hi"}]}},"stopReason":"end_turn","#
                + #""usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":1}}"#)
    }

    private static let stream =
        beginning
        + frame([(":event-type", "messageStop"), (":message-type", "event")], #"{"stopReason":"end_turn"}"#)
        + frame(
            [(":event-type", "metadata"), (":message-type", "event")],
            #"{"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":1}}"#)

    /// Begins well, and says then that the credentials are expired.
    static let expiringStream =
        beginning
        + frame(
            [(":exception-type", "expiredTokenException"), (":message-type", "exception")], #"{"message":"expired"}"#)

    private static let beginning =
        frame([(":event-type", "messageStart"), (":message-type", "event")], #"{"role":"assistant"}"#)
        + frame(
            [(":event-type", "contentBlockDelta"), (":message-type", "event")],
            #"{"contentBlockIndex":0,"delta":{"text":"hi"}}"#)

    private static func frame(_ headers: [(String, String)], _ payload: String) -> [UInt8] {
        var out: [UInt8] = []
        EventStreamWriter.append(
            EventStreamMessage(headers: headers.map { .init($0.0, .string($0.1)) }, payload: Array(payload.utf8)),
            to: &out)
        return out
    }
}

/// Whether a request carries the signature that these credentials make of what came over the wire.
func isSigned(_ request: ScriptedRequest, by credentials: AWSCredentials, region: String) -> Bool {
    guard let authorization = request.header("authorization"), let timestamp = request.header("x-amz-date"),
        let names = authorization.split(separator: "SignedHeaders=").last?.prefix(while: { $0 != "," }),
        let signature = authorization.split(separator: "Signature=").last
    else { return false }
    let headers = names.split(separator: ";").map { (name: String($0), value: request.header(String($0)) ?? "") }
    let parts = request.target.split(separator: "?", maxSplits: 1)
    let signed = SigV4Request(
        method: request.method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
        headers: headers, body: request.body)
    let key = SigV4Key(
        secret: credentials.secretAccessKey, day: String(timestamp.prefix(8)), region: region, service: "bedrock")
    let wanted = key.signature(of: key.stringToSign(timestamp: timestamp, canonicalRequest: signed.canonical()))
    return String(signature) == wanted && names.contains("host") && names.contains("x-amz-date")
        && authorization.contains("Credential=\(credentials.accessKeyID)/")
        && request.header("x-amz-security-token") == credentials.sessionToken
}
