@testable import Wire

/// What a parser made of a stream of bytes, comparable between ways of feeding it.
enum HeadOutcome: Equatable, CustomStringConvertible {
    case needsMore
    case head(HeadSummary)
    case refused(HTTP1Error)

    var description: String {
        switch self {
        case .needsMore: "needs more"
        case .head(let summary): "\(summary)"
        case .refused(let error): "\(error.status) \(error.reason)"
        }
    }
}

struct HeadSummary: Equatable {
    var method: String
    var path: String
    var query: String?
    var host: String?
    var minorVersion: Int
    var framing: BodyFraming
    var isKeepAlive: Bool
    var expectsContinue: Bool
    var fields: [String]
    var consumed: Int

    init(_ head: HTTP1RequestHead, consumed: Int) {
        method = head.methodText
        path = head.path
        query = head.query
        host = head.host
        minorVersion = head.minorVersion
        framing = head.framing
        isKeepAlive = head.isKeepAlive
        expectsContinue = head.expectsContinue
        fields = head.fields.map { "\($0.name): \($0.value)" }
        self.consumed = consumed
    }
}

extension HTTP1RequestParser {
    /// Parses an array, as if it were the connection's buffer.
    mutating func parse(_ bytes: [UInt8]) throws(HTTP1Error) -> Step {
        let result: Result<Step, HTTP1Error> = bytes.withUnsafeBytes { buffer in
            do throws(HTTP1Error) {
                return .success(try parse(buffer))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// Feeds growing prefixes that end at `cuts`, then everything.
func parseHead(_ bytes: [UInt8], cuts: [Int] = [], limits: HTTP1Limits = .init()) -> HeadOutcome {
    var parser = HTTP1RequestParser(limits: limits)
    for end in cuts + [bytes.count] {
        do throws(HTTP1Error) {
            if case .head(let head, let consumed) = try parser.parse(Array(bytes[..<end])) {
                return .head(HeadSummary(head, consumed: consumed))
            }
        } catch {
            return .refused(error)
        }
    }
    return .needsMore
}

func parsedHead(_ text: String) throws -> HTTP1RequestHead {
    var parser = HTTP1RequestParser()
    guard case .head(let head, _) = try parser.parse(Array(text.utf8)) else {
        throw HTTP1Error(status: 0, reason: "head is not complete")
    }
    return head
}
