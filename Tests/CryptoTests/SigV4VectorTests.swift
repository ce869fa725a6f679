import Crypto
import Foundation
import TestSupport
import Testing
import Wire

/// A request of the test suites, as text: request line, headers, an empty line, the body.
private struct RawRequest {
    var method = ""
    var path = ""
    var query = ""
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    /// - Parameter decodesPath: for the suite that is written for services that encode once: what it sends as `%20` is
    ///   signed so, and a raw space too.
    init(_ text: String, decodesPath: Bool = false) {
        let halves = text.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n\n")
        var lines = halves[0].components(separatedBy: "\n")
        body = Array(halves.dropFirst().joined(separator: "\n\n").utf8)
        let line = lines.removeFirst()
        // Some targets hold spaces.
        method = String(line.prefix { $0 != " " })
        let target = line.dropFirst(method.count + 1).replacingOccurrences(of: " HTTP/1.1", with: "")
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        path = decodesPath ? PercentEncoding.decode(parts[0]) ?? parts[0] : parts[0]
        query = parts.count == 2 ? parts[1] : ""
        for line in lines where !line.isEmpty {
            if line.first == " ", let last = headers.indices.last {
                headers[last].value += " " + line
            } else if let colon = line.firstIndex(of: ":") {
                headers.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
            }
        }
    }

    func signed(adding added: [(name: String, value: String)] = []) -> SigV4Request {
        SigV4Request(method: method, path: path, query: query, headers: headers + added, body: body)
    }
}

@Suite(.enabled(if: SharedVectors.exists("sigv4"), "\(SharedVectors.areMissing)"))
struct SigV4VectorTests {
    private static let suite = "sigv4/aws-signing-test-suite/v4"

    private static func text(_ path: String) throws -> String {
        String(decoding: try SharedVectors.bytes(path), as: UTF8.self)
    }

    private static func folders(_ path: String) -> [String] { SharedVectors.entries(of: path) }

    @Test(arguments: folders(suite).filter { SharedVectors.exists("\(suite)/\($0)/context.json") })
    func `AWS's own suite: canonical request, string to sign and signature`(name: String) throws {
        let folder = "\(Self.suite)/\(name)"
        let context = try JSONDocument.parse(try SharedVectors.bytes("\(folder)/context.json")).root
        let raw = RawRequest(try Self.text("\(folder)/request.txt"), decodesPath: true)
        let seconds = try #require(context["timestamp"]?.string.flatMap { RFC3339.parse($0) }) / 1_000_000_000
        let timestamp = BasicTimestamp.text(secondsSince1970: seconds)
        var added = [(name: "x-amz-date", value: timestamp)]
        if let token = context["credentials"]?["token"]?.string, context["omit_session_token"]?.bool != true {
            added.append(("x-amz-security-token", token))
        }
        if context["sign_body"]?.bool == true {
            added.append(("x-amz-content-sha256", Hex.encode(SHA256.digest(raw.body))))
        }
        let canonical = raw.signed(adding: added).canonical(normalizesPath: context["normalize"]?.bool ?? true)
        #expect(canonical == (try Self.text("\(folder)/header-canonical-request.txt")))
        let key = SigV4Key(
            secret: context["credentials"]?["secret_access_key"]?.string ?? "", day: String(timestamp.prefix(8)),
            region: context["region"]?.string ?? "", service: context["service"]?.string ?? "")
        let stringToSign = key.stringToSign(timestamp: timestamp, canonicalRequest: canonical)
        #expect(stringToSign == (try Self.text("\(folder)/header-string-to-sign.txt")))
        #expect(key.signature(of: stringToSign) == (try Self.text("\(folder)/header-signature.txt")))
    }

    /// The hub signs no queries; the vectors show that a canonical request and a signature come from whatever they hold.
    @Test(arguments: folders(suite).filter { SharedVectors.exists("\(suite)/\($0)/query-canonical-request.txt") })
    func `AWS's own suite: signatures in the query`(name: String) throws {
        let folder = "\(Self.suite)/\(name)"
        let context = try JSONDocument.parse(try SharedVectors.bytes("\(folder)/context.json")).root
        var raw = RawRequest(try Self.text("\(folder)/request.txt"), decodesPath: true)
        let canonicalText = try Self.text("\(folder)/query-canonical-request.txt")
        // What the signer would have added, as its own canonical form has it.
        raw.query = canonicalText.components(separatedBy: "\n")[2]
        var request = raw.signed()
        request.payloadHash = canonicalText.components(separatedBy: "\n").last ?? ""
        let added = context["sign_body"]?.bool == true ? [("x-amz-content-sha256", request.payloadHash)] : []
        request.headers += added.filter { _ in canonicalText.contains("x-amz-content-sha256:") }
        let canonical = request.canonical(normalizesPath: context["normalize"]?.bool ?? true)
        #expect(canonical == canonicalText)
        let key = SigV4Key(
            secret: context["credentials"]?["secret_access_key"]?.string ?? "", day: "20150830",
            region: context["region"]?.string ?? "", service: context["service"]?.string ?? "")
        let stringToSign = key.stringToSign(timestamp: "20150830T123600Z", canonicalRequest: canonical)
        #expect(key.signature(of: stringToSign) == (try Self.text("\(folder)/query-signature.txt")))
    }

    @Test(arguments: ["double-encode-path", "double-url-encode"])
    func `what is encoded in a path is signed encoded twice`(name: String) throws {
        let folder = "\(Self.suite)/\(name)"
        let canonical = RawRequest(try Self.text("\(folder)/request.txt")).signed().canonical()
        let expected = try Self.text("\(folder)/header-canonical-request.txt")
        #expect(canonical.split(separator: "\n")[1] == expected.split(separator: "\n")[1])
    }

    /// Four that botocore itself leaves out are in the newer suite above.
    @Test(
        arguments: (folders("sigv4/botocore_aws4_testsuite")
            + folders("sigv4/botocore_aws4_testsuite/normalize-path").map { "normalize-path/\($0)" })
            .filter { name in
                let file = name.split(separator: "/").last ?? ""
                return SharedVectors.exists("sigv4/botocore_aws4_testsuite/\(name)/\(file).authz")
                    && name != "normalize-path/get-space"
            })
    func `botocore's suite`(name: String) throws {
        let base = "sigv4/botocore_aws4_testsuite/\(name)/\(name.split(separator: "/").last ?? "")"
        let raw = RawRequest(try Self.text("\(base).req"))
        // The token of one case comes with the credentials, not with the request.
        let token = RawRequest(try Self.text("\(base).sreq")).headers.filter { header in
            header.name == "X-Amz-Security-Token" && !raw.headers.contains { $0.name == header.name }
        }
        let expected = try Self.text("\(base).creq")
        let canonical = raw.signed(adding: token.filter { _ in expected.contains("x-amz-security-token:") }).canonical()
        #expect(canonical == expected)
        let key = SigV4Key(
            secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", day: "20150830", region: "us-east-1",
            service: "service")
        let stringToSign = key.stringToSign(timestamp: "20150830T123600Z", canonicalRequest: canonical)
        #expect(stringToSign == (try Self.text("\(base).sts")))
        #expect(try Self.text("\(base).authz").hasSuffix("Signature=\(key.signature(of: stringToSign))"))
    }

    private static let bedrock = "sigv4/bedrock_by_botocore.json"

    @Test func `requests to Bedrock are signed as botocore signs them`() throws {
        let file = try JSONDocument.parse(try SharedVectors.bytes(Self.bedrock)).root
        let cases = try #require(file["cases"]).elements.map { $0 }
        #expect(cases.count == 26)
        for vector in cases {
            func text(_ name: StaticString) -> String { vector[name]?.string ?? "" }
            let url = text("url").split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            let target = ("/" + url[3]).split(separator: "?", maxSplits: 1).map(String.init)
            let isDefaultPort = url[2].hasSuffix(":443") && url[0] == "https:"
            let host = isDefaultPort ? String(url[2].dropLast(4)) : url[2]
            var headers = [(name: "host", value: host)]
            for (key, value) in vector["request_headers"]?.members.map({ $0 }) ?? [] {
                // botocore signs neither of these.
                if !["user-agent", "connection", "expect", "x-amzn-trace-id", "transfer-encoding"]
                    .contains(key.string.lowercased())
                {
                    headers.append((key.string, value.string ?? ""))
                }
            }
            let request = SigV4Request(
                method: text("method"), path: target[0], query: target.count > 1 ? target[1] : "", headers: headers,
                body: Array(text("body").utf8))
            var signer = SigV4Signer(
                credentials: AWSCredentials(
                    accessKeyID: text("access_key"), secretAccessKey: text("secret_key"),
                    sessionToken: vector["session_token"]?.string),
                region: text("region"), service: text("service"))
            let seconds = try #require(BasicTimestamp.parse(text("date")))
            let added = signer.headers(for: request, secondsSince1970: seconds)
            #expect(added.last?.value == text("authorization"), "\(text("name"))")
            #expect(
                added.first { $0.name == "x-amz-security-token" }?.value == vector["session_token"]?.string,
                "\(text("name"))")
        }
    }

    @Test func `a key of yesterday is not used today`() {
        let request = SigV4Request(method: "GET", path: "/", headers: [("host", "h")], body: [])
        let credentials = AWSCredentials(accessKeyID: "a", secretAccessKey: "s")
        var kept = SigV4Signer(credentials: credentials, region: "r", service: "s")
        _ = kept.headers(for: request, secondsSince1970: 86_399)
        var fresh = SigV4Signer(credentials: credentials, region: "r", service: "s")
        let today = kept.headers(for: request, secondsSince1970: 86_400).map(\.value)
        #expect(today == fresh.headers(for: request, secondsSince1970: 86_400).map(\.value))
    }

    @Test func `a description shows no secret`() {
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hunter2", sessionToken: "hunter3")
        #expect(!"\(credentials) \(String(reflecting: credentials))".contains("hunter"))
    }
}
