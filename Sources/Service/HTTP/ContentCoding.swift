internal import Dialects
internal import HTTPServer
internal import Reactor
internal import Wire

/// The coding of a request's body (RFC 9110 section 8.4): none, or gzip.
enum ContentCoding {
    case identity, gzip

    /// Bytes read and written on the reactor, some 0.4 ms; of larger bodies the rest is done off it.
    private static let reactorBytes = 128 << 10

    /// Nil for a coding, or several, that the hub does not take.
    init?(_ head: HTTP1RequestHead) {
        guard head.has("content-encoding") else {
            self = .identity
            return
        }
        var isGzip = false
        for coding in head.values(of: "content-encoding").flatMap({ $0.split(separator: ",") }) {
            switch coding.trimmed.lowercased() {
            case "", "identity": break
            case "gzip" where !isGzip, "x-gzip" where !isGzip: isGzip = true
            default: return nil
            }
        }
        self = isGzip ? .gzip : .identity
    }

    /// The request with its body decoded.
    /// - Throws: `payloadTooLarge` as soon as more than `maximumBytes` come out, `invalidRequest` if it is not gzip.
    static func decode(_ request: HTTPRequest, maximumBytes: Int) async throws(HubError) -> HTTPRequest {
        do throws(GzipError) {
            let decoder = try GzipDecoder(request.body, maximumBytes: maximumBytes)
            if try !decoder.decode(budget: reactorBytes) {
                _ = try await BlockingWork.run { () -> Result<Bool, GzipError> in
                    Result { () throws(GzipError) in try decoder.decode() }
                }.get()
            }
            return HTTPRequest(
                head: request.head, body: decoder.output, peer: request.peer, isEncrypted: request.isEncrypted,
                receivedAt: request.receivedAt)
        } catch {
            throw refusal(error, maximumBytes)
        }
    }

    private static func refusal(_ error: GzipError, _ maximumBytes: Int) -> HubError {
        switch error {
        case .tooLarge: HubError(.payloadTooLarge, "the body is larger than \(maximumBytes) bytes when decompressed")
        case .outOfMemory: HubError(.overloaded, "there is no memory to decompress the body")
        case .corrupt: HubError(.invalidRequest, "the body is not valid gzip", parameter: "content-encoding")
        case .truncated: HubError(.invalidRequest, "the gzip body ends too early", parameter: "content-encoding")
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
