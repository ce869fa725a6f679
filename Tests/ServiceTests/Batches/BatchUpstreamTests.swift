import Dialects
import HubCore
import Store
import TestSupport
import Testing

@testable import Service

/// What a run does with a vendor's batch that the vendor does not know, may not have taken, or has twice.
struct BatchUpstreamTests {
    /// Answers of a vendor about a batch that are taken for a moment's.
    private static let patience = 8

    @Test(arguments: [true, false])
    func `a batch that its vendor has lost ends when it is cancelled`(isCancelledFirst: Bool) async throws {
        try await UpstreamBench.run(submission: { _, _ in "another" }) { bench in
            try await bench.run.happened(.handingOver)
            try await bench.run.happened(.submitted(batchID: "made"))
            if isCancelledFirst { try await bench.run.happened(.cancelled) }
            for _ in 0..<Self.patience {
                await #expect(throws: HubError.self) { try await bench.run.answerUpstream() }
            }
            #expect(bench.vendor.cancelled.isEmpty)
            try await bench.run.answerUpstream()
            #expect(bench.vendor.cancelled == ["made"])
            try #require(bench.run.isCollected)
            if !isCancelledFirst { try await bench.run.happened(.cancelled) }
            await bench.run.perform()
            #expect(bench.run.batch.status == .cancelled)
            #expect(bench.vendor.submissionCount == 0)
        }
    }

    @Test func `a batch that another hub handed over meanwhile is cancelled where it is the second`() async throws {
        try await UpstreamBench.run { batches, draft throws(HubError) in
            _ = try await batches.update(draft.name, tenant: "") { batch in
                batch.apply(.submitted(batchID: "first"), at: 0) { ("", "") }
            }
            return "surplus"
        } _: { bench in
            try await bench.run.answerUpstream()
            #expect(bench.vendor.cancelled == ["surplus"])
            #expect(bench.run.batch.upstream?.batchID == "first")
        }
    }

    @Test(arguments: [500, 503, 529])
    func `what a vendor that failed may have taken is not handed over again before its time`(
        status: Int
    ) async throws {
        try await UpstreamBench.run { _, _ throws(HubError) in
            var error = HubError(.providerError, "it is down")
            error.upstream = HubError.Upstream(status: status)
            throw error
        } _: { bench in
            await #expect(throws: HubError.self) { try await bench.run.answerUpstream() }
            bench.clock.advance(milliseconds: UInt64(UpstreamBench.handOverSeconds) * 1000)
            try await bench.run.answerUpstream()
            #expect(bench.vendor.submissionCount == 1)
            bench.clock.advance(milliseconds: 1000)
            await #expect(throws: HubError.self) { try await bench.run.answerUpstream() }
            #expect(bench.vendor.submissionCount == 2)
        }
    }
}
