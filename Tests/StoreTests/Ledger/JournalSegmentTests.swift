import Dialects
import HubCore
import TestSupport
import Testing
import Wire

@testable import Store

struct JournalSegmentTests {
    private static func rows(_ segment: JournalSegment) -> [LedgerRow] {
        JournalReader(segments: [(segment, segment.end)], isOwn: false).batch(from: .start).rows
    }

    private static func segment() throws -> JournalSegment { try #require(JournalSegment.make(1)) }

    @Test func `a row is read as it was written`() throws {
        let segment = try Self.segment()
        let row = LedgerSamples.full
        segment.append(endOf: segment.append(row.call), in: segment, row.result)
        #expect(Self.rows(segment) == [row])
    }

    @Test func `a row with nothing in it is, too`() throws {
        let segment = try Self.segment()
        let row = LedgerRow(call: LedgerSamples.call(1), result: LedgerResult(.lost, endedAfter: 0))
        segment.append(endOf: segment.append(row.call), in: segment, row.result)
        #expect(Self.rows(segment) == [row])
    }

    @Test func `a long text is cut between characters, and a record stays small`() throws {
        let segment = try Self.segment()
        var call = LedgerSamples.call(1)
        let long = String(repeating: "ü", count: 5000)
        (call.keyID, call.user, call.team, call.project, call.environment) = (long, long, long, "a" + long, long)
        (call.provider, call.model, call.requestID) = (long, long, .text(long))
        call.tags = Array(repeating: long, count: 200)
        var result = LedgerSamples.result()
        result.servedModel = long
        segment.append(endOf: segment.append(call), in: segment, result)
        #expect(segment.end < 2 * JournalRecord.maximumBytes)
        let read = try #require(Self.rows(segment).first)
        #expect(read.call.user == String(repeating: "ü", count: 128))
        #expect(read.call.project == "a" + String(repeating: "ü", count: 127))
        #expect(read.call.tags.count == 16)
    }

    @Test func `an id is written as its text`() throws {
        let segment = try Self.segment()
        var random = RandomSource(seed: 3)
        let id = Identifier("att_", clock: ManualClock(), random: &random)
        var call = LedgerSamples.call(1)
        call.attemptID = .identifier(id)
        segment.append(endOf: segment.append(call), in: segment, LedgerSamples.result())
        #expect(Self.rows(segment).first?.call.attemptID.text == id.text)
    }

    /// The file as a process leaves it that is killed anywhere in its last record.
    @Test func `a torn record ends the journal, and those before it are read`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/a"
            let whole = try #require(JournalSegment.make(1, at: path))
            for number in 0..<3 {
                whole.append(
                    endOf: whole.append(LedgerSamples.call(number)), in: whole, LedgerSamples.result(number))
            }
            let bytes = Array(TestFile.read(path)[..<whole.end])
            let lastSize = whole.end / 3
            for cut in stride(from: whole.end - lastSize, to: whole.end, by: 3) {
                let torn = Array(bytes[..<cut]) + Array(repeating: 0, count: 4096)
                try TestFile.write(torn, to: path)
                let segment = try #require(try JournalSegment.open(1, at: path))
                // What is cut off may be nothing but zeros.
                let isWhole = bytes[cut...].allSatisfy { $0 == 0 }
                #expect(Self.rows(segment).count == (isWhole ? 3 : 2), "cut at \(cut)")
            }
        }
    }

    @Test func `a call whose end was written is not open, whether or not it was marked so`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/a"
            let whole = try #require(JournalSegment.make(1, at: path))
            whole.append(endOf: whole.append(LedgerSamples.call(1)), in: whole, LedgerSamples.result())
            _ = whole.append(LedgerSamples.call(2))
            var bytes = TestFile.read(path)
            #expect(bytes[8] == 1)
            bytes[8] = 0
            try TestFile.write(bytes, to: path)
            let segment = try #require(try JournalSegment.open(1, at: path))
            let reader = JournalReader(segments: [(segment, segment.end)], isOwn: false)
            #expect(reader.openCalls().map(\.attemptID.text) == ["att_2"])
        }
    }

    @Test func `random bytes are read without harm, and never as rows that nobody wrote`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/a"
            let whole = try #require(JournalSegment.make(1, at: path))
            for number in 0..<4 {
                whole.append(
                    endOf: whole.append(LedgerSamples.call(number)), in: whole, LedgerSamples.result(number))
            }
            let bytes = Array(TestFile.read(path)[..<whole.end])
            let written = Self.rows(whole)
            var random = SeededRandom(seed: 11)
            for round in 0..<3000 {
                var changed = round % 3 == 0 ? (0..<512).map { _ in UInt8.random(in: 0...255, using: &random) } : bytes
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    changed[Int.random(in: 0..<changed.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                try TestFile.write(changed, to: path)
                let segment = try #require(try JournalSegment.open(1, at: path))
                let reader = JournalReader(segments: [(segment, segment.end)], isOwn: false)
                let rows = reader.batch(from: .start).rows
                #expect(rows.allSatisfy { written.contains($0) })
                #expect(reader.openCalls().allSatisfy { call in written.contains { $0.call == call } })
            }
        }
    }

    @Test func `what is no segment is not opened`() throws {
        try withTemporaryFolder { folder in
            try TestFile.write([1, 2], to: "\(folder)/short")
            for name in ["short", ".", "none"] {
                #expect(try JournalSegment.open(1, at: "\(folder)/\(name)") == nil)
            }
            #expect(JournalSegment.make(1, at: "\(folder)/none/a") == nil)
        }
    }

    /// A name longer than the system takes: root may read what it is not to.
    @Test func `what cannot be opened now is not taken for none`() {
        #expect(throws: StoreError.self) {
            try JournalSegment.open(1, at: "/tmp/" + String(repeating: "a", count: 300))
        }
    }

    @Test func `a call of a file that ends in memory stays open in the file, which is needed until that is flushed`()
        throws
    {
        try withTemporaryFolder { folder in
            let file = try #require(JournalSegment.make(1, at: "\(folder)/a"))
            let memory = try #require(JournalSegment.make(2))
            let place = file.append(LedgerSamples.call(1))
            memory.append(endOf: place, in: file, LedgerSamples.result())
            #expect(file.openBytes == 0)
            #expect(file.neededUntil == JournalPosition(segment: 2, offset: UInt32(memory.end)))
            #expect(TestFile.read("\(folder)/a")[8] == 0)
            #expect(!memory.outlives(file) && file.outlives(memory))
        }
    }

    @Test func `a position is stored and read, and comes before later ones`() {
        let position = JournalPosition(segment: 7, offset: 1_048_576)
        #expect(JournalPosition(stored: position.stored) == position)
        #expect(JournalPosition(stored: JournalPosition.finished.stored) == .finished)
        #expect(.start < position && position < .finished)
        #expect(position < JournalPosition(segment: 8, offset: 0))
    }
}
