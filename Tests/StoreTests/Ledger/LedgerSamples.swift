import Dialects
import HubCore
import TestSupport
import Wire

@testable import Store

enum LedgerSamples {
    /// Different for each number.
    static func call(_ number: Int, clock: any TimeSource = ManualClock()) -> LedgerCall {
        LedgerCall(
            attemptID: .text("att_\(number)"), requestID: .text("req_\(number)"), sequence: 1,
            traceID: .init(high: UInt64(number), low: 7), provider: "acme", model: "m", operation: .chat,
            isStream: number % 2 == 0, startedAt: clock.wallNanoseconds, estimatedInput: number)
    }

    static func result(_ number: Int = 1) -> LedgerResult {
        var result = LedgerResult(.success, endedAfter: 5_000_000)
        result.usage = TokenUsage(input: number, output: 2)
        result.costNanoDollars = number
        return result
    }

    /// With something in every field.
    static var full: LedgerRow {
        var call = call(3)
        call.traceID = .init(high: .max, low: 1)
        (call.keyID, call.user, call.team, call.project) = ("key", "üser", "team", "project")
        (call.environment, call.tags, call.reservedNanoDollars) = ("production", ["a", "b \"c\""], 99)
        call.operation = .embeddings
        var result = LedgerResult(.timeout, endedAfter: 7_000_000)
        result.status = 504
        result.errorCode = .providerTimeout
        result.firstTokenAfter = 2_000_000
        result.servedModel = "m-2026"
        result.usage = TokenUsage(input: 1, cacheRead: 2, cacheWrite: 3, output: 4, reasoning: 5)
        result.isEstimated = true
        result.price = LedgerPrice(effectiveFrom: CalendarDay("2026-01-31"), service: .priority)
        result.costNanoDollars = 123
        return LedgerRow(call: call, result: result)
    }
}

extension JournaledLedger {
    /// One shard with the tests' own sink, or the database.
    static func make(
        _ sink: any LedgerSink, folder: String?, shards: Int = 1, maximumBytes: Int = 64 << 20,
        seed: UInt64 = 1, clock: any TimeSource = ManualClock(),
        report: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws -> JournaledLedger {
        var random = SeededRandom(seed: seed)
        return try JournaledLedger(
            sink, clock: clock, folder: folder, shards: shards, maximumBytes: maximumBytes, random: &random,
            report: report)
    }
}
