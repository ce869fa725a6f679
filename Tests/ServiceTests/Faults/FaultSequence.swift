import TestSupport
import Wire

/// An entry of the fault catalogue that takes more than one request, or a look at what was counted.
struct FaultSequence: Sendable, CustomStringConvertible {
    let id: String
    let title: String
    /// How it asks.
    let form: Form
    let first: FaultScript.Play
    /// Rows of the ledger that are to be there.
    var ledger: [String] = []
    /// Adds what is wrong.
    let check: @Sendable (FaultHub, inout FaultProblems) throws -> Void

    enum Form: String {
        case whole, stream
        case inTurn = "whole and stream in turn"
    }

    var description: String { "\(id) \(title), \(form.rawValue)" }

    func problems() async throws -> [String] {
        var problems = FaultProblems()
        try await FaultHub.run(first: first) { hub in
            try check(hub, &problems)
            let rows = try await hub.ledger().map(\.text)
            problems.expect(rows.count == hub.upstreamCalls.reduce(0, +), "\(rows.count) rows in the ledger")
            for wanted in ledger { problems.expect(rows.contains(wanted), "no row \(wanted) among \(rows)") }
        }
        return problems.list
    }
}

/// What a case found wrong.
struct FaultProblems {
    private(set) var list: [String] = []

    mutating func expect(_ isTrue: Bool, _ what: String) {
        if !isTrue { list.append(what) }
    }
}

extension FaultCatalogue {
    static let sequences = [flapping(), accounting(.whole), accounting(.stream)]

    /// Whole and streamed calls to a provider that is down for 20 requests, then up after 60 s, three times.
    private static func flapping() -> FaultSequence {
        let phase = FaultPhase()
        return FaultSequence(
            id: "S15", title: "flaps for 60 s", form: .inTurn, first: FaultScript.flapping(phase),
            check: { hub, problems in
                for round in 0..<3 {
                    phase.isDown = true
                    let statuses = try (0..<20).map { try hub.send(isStream: $0 % 2 == 1).status }
                    problems.expect(statuses.allSatisfy { $0 == 200 }, "statuses \(statuses)")
                    // Five failures open the breaker; each later round finds it closed again.
                    let calls = hub.upstreamCalls[0]
                    problems.expect(calls == 5 * (round + 1) + 3 * round, "\(calls) calls in round \(round)")
                    phase.isDown = false
                    hub.clock.advance(seconds: 60)
                    let texts = try (0..<3).map { _ in try hub.outcome("m", isStream: true).text }
                    problems.expect(texts.allSatisfy { $0 == FaultScript.text("a") }, "texts \(texts)")
                    let metrics = try hub.metrics()
                    for line in [
                        #"circuit_breaker_state{provider="first"} 0"#,
                        #"circuit_breaker_trips_total{provider="first"} \#(round + 1)"#,
                    ] { problems.expect(metrics.contains(line), "no \(line)") }
                }
            })
    }

    /// The first provider gives no text. In a stream it has reported the prompt's tokens. Of a whole answer that cannot be
    /// read they are estimated, and estimates are in the ledger alone.
    private static func accounting(_ form: FaultSequence.Form) -> FaultSequence {
        let isStream = form == .stream
        return FaultSequence(
            id: "S16", title: "accounts for both legs of a failover", form: form, first: FaultScript.wordless,
            ledger: [isStream ? "first error 0 provider_error 10+0 10000" : FaultLedger.unread, FaultLedger.second],
            check: { hub, problems in
                let metadata = FaultOutcome.documents(try hub.send(isStream: isStream)).compactMap { $0["hub"] }.last
                let attempts = (metadata?["attempts"]?.elements).map { Array($0) } ?? []
                let told = attempts.map { "\($0["provider"]?.string ?? "") \($0["fault"]?.string ?? "ok")" }
                let fault = isStream ? "transient" : "bad_response"
                problems.expect(told == ["first \(fault)", "second ok"], "attempts \(told)")
                // Reported: 10 at 1 dollar per million, then 10 at 10 and 60 at 20.
                let cost = metadata?["cost_usd"]?.double
                problems.expect(cost == (isStream ? 0.00131 : 0.0013), "cost \(cost ?? -1)")
                let metrics = try hub.metrics()
                let first = #"tokens_used_total{provider="first",model="one",type="input"} 10"#
                problems.expect(metrics.contains(first) == isStream, isStream ? "no \(first)" : first)
                for line in [
                    #"tokens_used_total{provider="second",model="two",type="input"} 10"#,
                    #"tokens_used_total{provider="second",model="two",type="output"} 60"#,
                ] { problems.expect(metrics.contains(line), "no \(line)") }
                problems.expect(hub.upstreamCalls == [1, 1], "calls \(hub.upstreamCalls)")
            })
    }
}
