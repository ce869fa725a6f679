import Testing
import Wire

struct HTTPDateTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_795_166_844, "Fri, 20 Nov 2026 09:27:24 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (-5, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (Int.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func `seconds are written as IMF-fixdate`(seconds: Int, text: String) {
        var out: [UInt8] = []
        HTTPDate.append(secondsSince1970: seconds, to: &out)
        #expect(String(decoding: out, as: UTF8.self) == text)
    }

    @Test func `what is written is read back`() {
        for seconds in stride(from: 0, through: 253_402_300_799, by: 86_399 * 977) {
            var out: [UInt8] = []
            HTTPDate.append(secondsSince1970: seconds, to: &out)
            #expect(HTTPDate.parse(String(decoding: out, as: UTF8.self)) == seconds)
        }
    }

    @Test(arguments: [
        "", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Mon, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 6 Nov 1994 08:49:37 GMT ",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Thu, 31 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:60 GMT",
        "Sun, 06 Nov 1994 08:49:-7 GMT", "Mon, 06 Nov 1939 08:49:37 GMT", "Sun, 06 Nov 1994 08.49.37 GMT",
    ])
    func `anything but an IMF-fixdate is refused`(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }
}

struct RFC3339Tests {
    @Test(arguments: [
        (1_795_166_844_123_999_999, "2026-11-20T09:27:24.123Z"), (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (951_868_799_000_000_000, "2000-02-29T23:59:59.000Z"),
    ])
    func `nanoseconds are written with milliseconds`(nanoseconds: Int, text: String) {
        #expect(RFC3339.text(nanosecondsSince1970: nanoseconds) == text)
    }

    @Test(arguments: [
        ("2026-11-20T09:27:24.123Z", 1_795_166_844_123_000_000), ("2026-11-20t09:27:24z", 1_795_166_844_000_000_000),
        ("2026-11-20T10:57:24+01:30", 1_795_166_844_000_000_000),
        ("2026-11-20T01:27:24.5-08:00", 1_795_166_844_500_000_000),
        ("2026-11-20T09:27:24.1234567899Z", 1_795_166_844_123_456_789),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000), ("1969-12-31T23:59:59.999Z", -1_000_000),
        ("2024-02-29T00:00:00-00:00", 1_709_164_800_000_000_000),
    ])
    func `any offset and fraction is read`(text: String, nanoseconds: Int) {
        #expect(RFC3339.parse(text) == nanoseconds)
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-11-20T09:27:24", "2026-11-20 09:27:24Z", "2026-11-20T09:27Z", "2026-13-20T09:27:24Z",
        "2026-00-20T09:27:24Z", "2026-02-29T09:27:24Z", "2026-11-31T09:27:24Z", "2026-11-00T09:27:24Z",
        "2026-11-20T24:00:00Z", "2026-11-20T09:60:24Z", "2026-11-20T09:27:61Z", "2026-11-20T09:27:24.Z",
        "2026-11-20T09:27:24,5Z", "2026-11-20T09:27:24+0100", "2026-11-20T09:27:24+24:00", "2026-11-20T09:27:24Zx",
        " 2026-11-20T09:27:24Z", "9999-11-20T09:27:24Z", "0001-01-01T00:00:00Z", "26-11-20T09:27:24Z",
    ])
    func `anything else is refused`(text: String) {
        #expect(RFC3339.parse(text) == nil)
    }

    @Test
    func `what is written is read back, over centuries`() {
        for day in stride(from: -100_000, through: 100_000, by: 37) {
            let nanoseconds = (day * 86_400 + 12_345) * 1_000_000_000 + 678_000_000
            #expect(RFC3339.parse(RFC3339.text(nanosecondsSince1970: nanoseconds)) == nanoseconds)
        }
    }
}
