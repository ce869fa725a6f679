import Testing
import Wire

@testable import HubCore

struct LedgerRowTests {
    @Test(arguments: [
        ([], 0), ([200], 1), ([200, 200, 200], 3), ([200, 200, 240], 10), ([200, 202], 2), ([0, 400], 100),
    ])
    func `what arrived is an event a token, or more where events are long`(sizes: [Int], tokens: Int) {
        var arrived = ArrivedOutput()
        for size in sizes { arrived.note(eventOf: size) }
        #expect(arrived.tokens == tokens)
    }

    @Test func `metrics say what became of rows, where there is a ledger`() {
        var counts = LedgerCounts()
        (counts.written, counts.dropped, counts.pending) = (7, 1, 2)
        let text = String(
            decoding: HubMetrics().exposition(providerAvailable: [], connections: 0, ledger: counts), as: UTF8.self)
        for line in [
            #"llm_connector_hub_ledger_rows_total{result="written"} 7"#,
            #"llm_connector_hub_ledger_rows_total{result="dropped"} 1"#, "llm_connector_hub_ledger_rows_pending 2",
        ] { #expect(text.contains(line)) }
        let without = String(
            decoding: HubMetrics().exposition(providerAvailable: [], connections: 0), as: UTF8.self)
        #expect(!without.contains("ledger"))
    }

    @Test func `a price is named by its model, its first day and its service`() {
        let day = CalendarDay("2026-01-31")
        #expect(
            LedgerPrice(effectiveFrom: day, service: .batch).id(provider: "openai", model: "gpt")
                == "openai/gpt@2026-01-31#batch")
        #expect(LedgerPrice(effectiveFrom: nil, service: .standard).id(provider: "a", model: "b") == "a/b")
    }
}
