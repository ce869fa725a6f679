import Testing
import Wire

@testable import HubCore

struct BatchTests {
    static func batch() -> Batch {
        var creator = Batch.Creator()
        creator.keyID = "key"
        creator.team = "team"
        var batch = Batch(
            id: "batch_1", tenant: "project:one", endpoint: .chat, inputFileID: "file-1", creator: creator,
            createdAt: 1000)
        batch.metadata = ["a": "b"]
        return batch
    }

    static func batch(_ events: Batch.Event...) -> Batch {
        var batch = batch()
        for (index, event) in events.enumerated() {
            #expect(batch.apply(event, at: 2000 + index) { ("out", "err") })
        }
        return batch
    }

    static let started = Batch.Event.accepted(lines: 3, upstream: nil)
    static let written = Batch.Event.written(outputFileID: "out", errorFileID: nil)

    @Test func `a batch goes from its validation to its end`() {
        let batch = Self.batch(Self.started, .answered, Self.written)
        #expect(batch.status == .completed)
        #expect(batch.counts.total == 3)
        #expect(batch.moments == [.inProgress: 2000, .finalizing: 2001, .completed: 2002])
        #expect(batch.outputFileID == "out" && batch.errorFileID == nil)
    }

    @Test(arguments: [
        ([.refused([BatchProblem("c", "m")])], Batch.Status.failed),
        ([started, .refused([])], .failed),
        ([started, .ranOutOfTime], .finalizing), ([started, .ranOutOfTime, written], .expired),
        ([.ranOutOfTime, written], .expired),
        ([.cancelled], .cancelling), ([started, .cancelled], .cancelling),
        ([started, .cancelled, written], .cancelled),
    ])
    func `a batch ends in other ways`(events: [Batch.Event], status: Batch.Status) {
        var batch = Self.batch()
        for event in events { #expect(batch.apply(event, at: 5) { ("out", "err") }) }
        #expect(batch.status == status)
    }

    @Test(
        arguments: [
            ([], .answered), ([], written), ([started], started), ([started], written),
            ([started, .answered], .cancelled), ([started, .answered], .ranOutOfTime),
            ([started, .cancelled], .answered), ([started, .cancelled], .cancelled),
            ([started, .answered, written], .cancelled), ([started], .submitted(batchID: "b")),
            ([started], .turnedDown), ([started], .handingOver), ([started], .notHandedOver),
        ] as [([Batch.Event], Batch.Event)])
    func `what comes too late or too early changes nothing`(before: [Batch.Event], event: Batch.Event) {
        var batch = Self.batch()
        for event in before { _ = batch.apply(event, at: 5) { ("out", "err") } }
        let unchanged = batch
        #expect(!batch.apply(event, at: 6) { ("x", "y") })
        #expect(batch == unchanged)
    }

    @Test func `a provider takes a batch once, or turns it down`() {
        let upstream = Batch.Upstream(provider: "openai")
        var taken = Self.batch(.accepted(lines: 3, upstream: upstream), .submitted(batchID: "batch_up"))
        #expect(taken.upstream == Batch.Upstream(provider: "openai", batchID: "batch_up"))
        #expect(!taken.apply(.submitted(batchID: "other"), at: 9) { ("", "") })
        #expect(taken.apply(.turnedDown, at: 9) { ("", "") })
        #expect(taken.upstream == nil)
        #expect(Self.batch(.accepted(lines: 3, upstream: upstream), .turnedDown).upstream == nil)
    }

    @Test func `a hand-over is noted before it is made, until it is known not to have been`() {
        let accepted = Batch.Event.accepted(lines: 3, upstream: .init(provider: "openai"))
        var batch = Self.batch(accepted, .handingOver)
        #expect(batch.upstream?.handOverBegun == 2001)
        let again = Self.batch(accepted, .handingOver, .notHandedOver)
        #expect(again.upstream == Batch.Upstream(provider: "openai"))
        #expect(!Self.applies(.notHandedOver, to: again))
        // A batch that is cancelled meanwhile is not handed over any more, but what was is known.
        let cancelled = Self.batch(accepted, .handingOver, .cancelled)
        #expect(!Self.applies(.handingOver, to: cancelled))
        #expect(Self.applies(.notHandedOver, to: cancelled))
        #expect(batch.apply(.submitted(batchID: "up"), at: 9) { ("", "") })
        #expect(!Self.applies(.handingOver, to: batch) && !Self.applies(.notHandedOver, to: batch))
    }

    private static func applies(_ event: Batch.Event, to batch: Batch) -> Bool {
        var batch = batch
        return batch.apply(event, at: 9) { ("", "") }
    }

    @Test func `what is kept of a batch is the batch`() throws {
        let problem = BatchProblem("code", "message", parameter: "body", line: 7)
        for batch in [
            Self.batch(), Self.batch(.refused([problem])),
            Self.batch(.accepted(lines: 3, upstream: .init(provider: "openai")), .handingOver),
            Self.batch(
                .accepted(lines: 3, upstream: .init(provider: "openai")), .submitted(batchID: "up"), .ranOutOfTime,
                Self.written),
        ] {
            let read = Batch(record: batch.record(), id: batch.id, tenant: batch.tenant, counts: batch.counts)
            #expect(read == batch)
        }
        #expect(Batch(record: Array("{}".utf8), id: "", tenant: "", counts: .init()) == nil)
    }

    @Test func `clients see no files before the end`() throws {
        func seen(_ batch: Batch) throws -> JSONValue {
            var writer = JSONWriter()
            batch.write(to: &writer)
            return try JSONDocument.parse(writer.bytes).root
        }
        let finalizing = try seen(Self.batch(Self.started, .answered))
        #expect(finalizing["status"]?.string == "finalizing")
        #expect(finalizing["output_file_id"]?.isNull == true)
        #expect(finalizing["expires_at"]?.int == 1000 + 86_400)
        let completed = try seen(Self.batch(Self.started, .answered, Self.written))
        #expect(completed["output_file_id"]?.string == "out")
        #expect(completed["request_counts"]?["total"]?.int == 3)
        #expect(completed["errors"]?.isNull == true)
    }
}
