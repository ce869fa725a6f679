import TestSupport

/// The faults that a gateway has to survive, each with what its client sees.
enum FaultCatalogue {
    /// S01 to S16.
    static let ids = (1...16).map { $0 < 10 ? "S0\($0)" : "S\($0)" }

    static let cases = [
        FaultCase(
            id: "S01", title: "429 with Retry-After", model: "alone",
            first: { call, isStream in
                call == 0
                    ? FaultScript.error(429, code: "rate_limit_exceeded", retryAfter: 7)
                    : FaultScript.healthy("a")(call, isStream)
            },
            whole: FaultOutcome(text: FaultScript.text("a"), calls: [2, 0], waited: 7),
            stream: FaultOutcome(text: FaultScript.text("a"), calls: [2, 0], waited: 7),
            ledger: .both("first error 429 provider_rate_limited ~0+0 0", FaultLedger.first)),
        FaultCase(
            id: "S02", title: "429 that stays",
            first: { _, _ in FaultScript.error(429, code: "rate_limit_exceeded", retryAfter: 2) },
            second: { _, _ in FaultScript.error(429, code: "rate_limit_exceeded", retryAfter: 2) },
            whole: .refusal(
                429, "provider_rate_limited", calls: [3, 3], reason: "route+fallback:rate_limit", retryAfter: 2,
                waited: 4),
            stream: .refusal(
                429, "provider_rate_limited", calls: [3, 3], reason: "route+fallback:rate_limit", retryAfter: 2,
                waited: 4),
            ledger: .both(
                repeated: 3, "first error 429 provider_rate_limited ~0+0 0",
                "second error 429 provider_rate_limited ~0+0 0")),
        FaultCase(
            id: "S03", title: "one 500", model: "alone",
            first: { call, isStream in
                call == 0 ? FaultScript.error(500) : FaultScript.healthy("a")(call, isStream)
            },
            whole: FaultOutcome(text: FaultScript.text("a"), calls: [2, 0]),
            stream: FaultOutcome(text: FaultScript.text("a"), calls: [2, 0]),
            ledger: .both("first error 500 provider_error ~0+0 0", FaultLedger.first)),
        FaultCase(
            id: "S04", title: "503", first: { _, _ in FaultScript.error(503, retryAfter: 30) }, whole: .failover(),
            stream: .failover(),
            ledger: .both("first error 503 provider_error ~0+0 0", FaultLedger.second)),
        FaultCase(
            id: "S05", title: "reset before the answer",
            first: { _, _ in FaultScript.ending(.resetBeforeHead, FaultScript.whole("a")) }, whole: .failover(),
            stream: .failover(),
            ledger: .both("first error 0 provider_unreachable ~1+0 1000", FaultLedger.second)),
        FaultCase(
            id: "S06", title: "accepts, and never answers",
            first: { _, _ in FaultScript.ending(.silenceBeforeHead, FaultScript.whole("a")) },
            whole: .failover("timeout"), stream: .failover("timeout"),
            ledger: .both("first timeout 0 provider_timeout ~1+0 1000", FaultLedger.second)),
        FaultCase(
            id: "S07", title: "first word too late",
            first: { _, isStream in FaultScript.broken("a", afterWords: 0, isStream: isStream) { .silence(at: $0) } },
            whole: .failover("timeout"), stream: .failover("timeout"),
            ledger: .both("first timeout 0 provider_timeout ~1+0 1000", FaultLedger.second)),
        FaultCase(
            id: "S08", title: "cut after 40 of 60 words",
            first: { _, isStream in FaultScript.broken("a", afterWords: 40, isStream: isStream) { .close(at: $0) } },
            whole: .failover(), stream: .cut(40, "stream_interrupted"),
            ledger: FaultLedger(
                whole: [FaultLedger.unread, FaultLedger.second],
                stream: ["first error 0 stream_interrupted ~1+40 81000"])),
        FaultCase(
            id: "S09", title: "silence after 40 of 60 words",
            first: { _, isStream in FaultScript.broken("a", afterWords: 40, isStream: isStream) { .silence(at: $0) } },
            whole: .failover("timeout"), stream: .cut(40, "stream_timeout"),
            ledger: FaultLedger(
                whole: ["first timeout 0 provider_timeout ~1+0 1000", FaultLedger.second],
                stream: ["first timeout 0 stream_timeout ~1+40 81000"])),
        FaultCase(
            id: "S10", title: "malformed piece",
            first: { _, isStream in
                isStream
                    ? .events(FaultScript.events("a", words: 40, isComplete: false) + "data: {\"choices\":[{\n\n")
                    : .json("{\"choices\":[{")
            },
            whole: .failover(), stream: .cut(40, "stream_interrupted"),
            ledger: FaultLedger(
                whole: [FaultLedger.unread, FaultLedger.second],
                stream: ["first error 0 stream_interrupted ~1+40 81000"])),
        FaultCase(
            id: "S11", title: "no end marker",
            first: { _, isStream in
                isStream
                    ? .events(FaultScript.events("a", isComplete: false))
                    : ScriptedAnswer(
                        headers: [("content-type", "application/json")], body: Array(#"{"choices":[]"#.utf8),
                        framing: .untilClose)
            },
            whole: .failover(), stream: .cut(60, "stream_interrupted"),
            ledger: FaultLedger(
                whole: [FaultLedger.unread, FaultLedger.second],
                stream: ["first error 0 stream_interrupted ~1+60 121000"])),
        FaultCase(
            id: "S12", title: "context length",
            first: { _, _ in FaultScript.error(400, code: "context_length_exceeded") },
            whole: .failover(), stream: .failover(),
            ledger: .both("first error 400 context_length_exceeded ~0+0 0", FaultLedger.second)),
        FaultCase(
            id: "S13", title: "content filter", first: { _, _ in FaultScript.error(400, code: "content_filter") },
            whole: .refusal(400, "content_filter"), stream: .refusal(400, "content_filter"),
            ledger: .both("first error 400 content_filter ~0+0 0")),
        FaultCase(
            id: "S14", title: "fallback that takes no continued turn",
            first: { _, isStream in FaultScript.broken("a", afterWords: 40, isStream: isStream) { .reset(at: $0) } },
            second: { _, isStream in
                isStream ? FaultScript.error(400, code: "invalid_request_error") : FaultScript.whole("b")
            },
            rescuesStreams: true, whole: .failover(), stream: .cut(40, "stream_interrupted", calls: [1, 1]),
            ledger: FaultLedger(
                whole: [FaultLedger.unread, FaultLedger.second],
                stream: [
                    "first error 0 stream_interrupted ~1+40 81000", "second error 400 stream_interrupted ~0+0 0",
                ])),
    ]

    /// The same with a second provider that goes on with the first one's text.
    static let rescues = [
        FaultCase(
            id: "S08", title: "cut after 40 of 60 words, gone on with",
            first: { _, isStream in FaultScript.broken("a", afterWords: 40, isStream: isStream) { .close(at: $0) } },
            second: FaultScript.goingOn("a", after: 40), rescuesStreams: true, whole: .failover(), stream: .rescued,
            ledger: FaultLedger(
                whole: [FaultLedger.unread, FaultLedger.second],
                stream: ["first error 0 stream_interrupted ~1+40 81000", FaultLedger.second])),
        FaultCase(
            id: "S09", title: "silence after 40, gone on with",
            first: { _, isStream in FaultScript.broken("a", afterWords: 40, isStream: isStream) { .silence(at: $0) } },
            second: FaultScript.goingOn("a", after: 40), rescuesStreams: true, whole: .failover("timeout"),
            stream: .rescued,
            ledger: FaultLedger(
                whole: ["first timeout 0 provider_timeout ~1+0 1000", FaultLedger.second],
                stream: ["first timeout 0 stream_timeout ~1+40 81000", FaultLedger.second])),
        FaultCase(
            id: "S10", title: "malformed piece, gone on with",
            first: { _, isStream in
                isStream
                    ? .events(FaultScript.events("a", words: 40, isComplete: false) + "data: {\"choices\":[{\n\n")
                    : .json("{\"choices\":[{")
            },
            second: FaultScript.goingOn("a", after: 40), rescuesStreams: true, whole: .failover(), stream: .rescued,
            ledger: FaultLedger(
                whole: [FaultLedger.unread, FaultLedger.second],
                stream: ["first error 0 stream_interrupted ~1+40 81000", FaultLedger.second])),
        FaultCase(
            id: "S14", title: "fallback that says it all again",
            first: { _, isStream in FaultScript.broken("a", afterWords: 40, isStream: isStream) { .close(at: $0) } },
            second: { call, isStream in isStream ? FaultScript.stream("a") : FaultScript.whole("b") },
            rescuesStreams: true, whole: .failover(), stream: .cut(40, "stream_interrupted", calls: [1, 1]),
            ledger: FaultLedger(
                whole: [FaultLedger.unread, FaultLedger.second],
                stream: [
                    "first error 0 stream_interrupted ~1+40 81000", "second error 0 stream_interrupted ~38+11 600000",
                ])),
    ]

    /// The silent ones again, by providers that show all the while that they are alive.
    static let pings = [
        FaultCase(
            id: "S07", title: "comments, and no word",
            first: { _, isStream in FaultScript.pinging(": alive\n\n", afterWords: nil, isStream: isStream) },
            whole: .failover("timeout"), stream: .failover("timeout"),
            ledger: .both("first timeout 0 provider_timeout ~1+0 1000", FaultLedger.second)),
        FaultCase(
            id: "S07", title: "a role and comments, and no word",
            first: { _, isStream in FaultScript.pinging(": alive\n\n", afterWords: 0, isStream: isStream) },
            whole: .failover("timeout"), stream: .failover("timeout"),
            ledger: .both("first timeout 0 provider_timeout ~1+0 1000", FaultLedger.second)),
        FaultCase(
            id: "S09", title: "comments after 40 of 60 words",
            first: { _, isStream in FaultScript.pinging(": alive\n\n", afterWords: 40, isStream: isStream) },
            whole: .failover("timeout"), stream: .cut(40, "stream_timeout"),
            ledger: FaultLedger(
                whole: ["first timeout 0 provider_timeout ~1+0 1000", FaultLedger.second],
                stream: ["first timeout 0 stream_timeout ~1+40 81000"])),
        FaultCase(
            id: "S09", title: "empty events after 40 of 60 words",
            first: { _, isStream in
                FaultScript.pinging(
                    #"data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]}"# + "\n\n",
                    afterWords: 40, isStream: isStream)
            },
            whole: .failover("timeout"), stream: .cut(40, "stream_timeout"),
            ledger: FaultLedger(
                whole: ["first timeout 0 provider_timeout ~1+0 1000", FaultLedger.second],
                stream: ["first timeout 0 stream_timeout ~1+40 81000"])),
    ]

    /// What a client sees that the catalogue does not say.
    static func problems(of fault: FaultCase, isStream: Bool) async throws -> [String] {
        var problems = FaultProblems()
        try await FaultHub.run(first: fault.first, second: fault.second, rescuesStreams: fault.rescuesStreams) { hub in
            let expected = isStream ? fault.stream : fault.whole
            var seen = try hub.outcome(fault.model, isStream: isStream)
            problems.expect(seen.waited >= expected.waited, "waited \(seen.waited) s, not \(expected.waited) s")
            // Waits have a random part.
            seen.waited = expected.waited
            problems.expect(seen == expected, "\(seen), not \(expected)")
            let rows = try await hub.ledger()
            problems.expect(rows.count == seen.calls.reduce(0, +), "\(rows.count) rows for \(seen.calls) calls")
            problems.expect(rows.map(\.sequence).sorted() == Array(1...rows.count), "attempts \(rows.map(\.sequence))")
            // Where two targets rest, chance decides which is asked first.
            let said = rows.map(\.text).sorted()
            let wanted = (isStream ? fault.ledger.stream : fault.ledger.whole).sorted()
            problems.expect(said == wanted, "the ledger has \(said), not \(wanted)")
        }
        return problems.list
    }
}
