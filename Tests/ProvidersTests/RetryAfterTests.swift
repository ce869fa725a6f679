import HTTPClient
import Testing

@testable import Providers

struct RetryAfterTests {
    /// Wed, 21 Oct 2026 07:28:00 GMT
    private static let now = 1_792_567_680

    private static func seconds(_ fields: (name: String, value: String)...) -> Int? {
        RetryAfter.seconds(HTTPClientHeaders(fields), now: now)
    }

    @Test func `a date counts from the answer's own`() {
        let answered = (name: "Date", value: "Wed, 21 Oct 2026 07:00:00 GMT")
        #expect(Self.seconds(("Retry-After", "Wed, 21 Oct 2026 07:00:30 GMT"), answered) == 30)
    }

    @Test(arguments: [nil, "yesterday"])
    func `a date counts from now where the answer has none`(answered: String?) {
        let retry = (name: "Retry-After", value: "Wed, 21 Oct 2026 07:28:30 GMT")
        #expect(answered.map { Self.seconds(retry, ("Date", $0)) } ?? Self.seconds(retry) == 30)
    }

    @Test func `a date that has passed is no time`() {
        #expect(Self.seconds(("Retry-After", "Wed, 21 Oct 2026 07:27:59 GMT")) == 0)
        #expect(Self.seconds(("Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT")) == 0)
    }

    @Test func `a date more than a day away is not believed`() {
        #expect(Self.seconds(("Retry-After", "Thu, 22 Oct 2026 07:28:00 GMT")) == 86_400)
        #expect(Self.seconds(("Retry-After", "Thu, 22 Oct 2026 07:28:01 GMT")) == nil)
        #expect(Self.seconds(("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")) == nil)
    }
}
