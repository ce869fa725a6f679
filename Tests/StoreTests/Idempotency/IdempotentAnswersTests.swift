import TestSupport
import Testing

@testable import Store

struct IdempotentAnswersTests {
    private let clock = ManualClock()
    private static let secret = "the wombats meet at midnight"

    private static func request(
        _ body: String = "body", key: String = "k", path: String = "/v1/chat/completions", keyID: String? = "key_1"
    ) -> IdempotentRequest {
        IdempotentRequest(keyID: keyID, path: path, key: key, body: Array(body.utf8))
    }

    private static func answer(_ text: String = secret, bytes: Int = 0) -> IdempotentAnswer {
        IdempotentAnswer(
            status: 200,
            fields: [
                .init(name: "content-type", value: "application/json"), .init(name: "x-hub-model", value: "m: n"),
            ],
            body: Array(text.utf8) + Array(repeating: 13, count: bytes))
    }

    private static func newKeys() throws -> Keyring { Keyring(try KeyFile.transient()) }

    private func withAnswers(
        _ backend: Backend, maximumBytes: Int = 1 << 20, _ body: (IdempotentAnswers, Database) async throws -> Void
    ) async throws {
        try await backend.withDatabase(clock: clock) { database in
            let answers = IdempotentAnswers(
                database, keys: try Self.newKeys(), name: "one", maximumBytes: maximumBytes)
            try await body(answers, database)
        }
    }

    @Test(arguments: Backend.all)
    func `who comes first runs, and others are told so until it is answered`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, _ async throws in
            let claim = try #require(try await answers.claim(Self.request()).claim)
            #expect(try await answers.claim(Self.request()).isRunning)
            #expect(try await answers.claim(Self.request("other")).isUsedForAnother)
            try await answers.keep(Self.answer(), claim)
            #expect(try await answers.claim(Self.request()).answer == Self.answer())
            #expect(try await answers.claim(Self.request("other")).isUsedForAnother)
        }
    }

    @Test(arguments: Backend.all)
    func `another key, path or credential is another request`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, _ async throws in
            for request in [
                Self.request(), Self.request(key: "l"), Self.request(path: "/v1/messages"), Self.request(keyID: nil),
                Self.request(keyID: ""), Self.request(key: "k/", path: "/v1/chat/completions/"),
            ] {
                #expect(try await answers.claim(request).claim != nil)
            }
        }
    }

    @Test(arguments: Backend.all)
    func `of many at once, at several hubs, one runs`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, database async throws in
            let other = IdempotentAnswers(database, keys: try Self.newKeys(), name: "two", maximumBytes: 1 << 20)
            let claims = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<40 {
                    let hub = number % 2 == 0 ? answers : other
                    group.addTask { try await hub.claim(Self.request()).claim != nil }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(claims == 1)
        }
    }

    @Test(arguments: Backend.all)
    func `a released request runs again, with another body too`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, _ async throws in
            let claim = try #require(try await answers.claim(Self.request()).claim)
            try await answers.release(claim)
            #expect(try await answers.claim(Self.request("other")).claim != nil)
        }
    }

    @Test(arguments: Backend.all)
    func `an answer is gone after a day`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, _ async throws in
            let claim = try #require(try await answers.claim(Self.request()).claim)
            try await answers.keep(Self.answer(), claim)
            clock.advance(milliseconds: 86_399_000)
            #expect(try await answers.claim(Self.request()).answer != nil)
            clock.advance(milliseconds: 1000)
            #expect(try await answers.claim(Self.request("other")).claim != nil)
        }
    }

    @Test(arguments: Backend.all)
    func `the claim of a hub that died ends, and what it says later counts no more`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, _ async throws in
            let late = try #require(try await answers.claim(Self.request()).claim)
            clock.advance(milliseconds: 29_000)
            #expect(try await answers.claim(Self.request()).isRunning)
            clock.advance(milliseconds: 1000)
            let claim = try #require(try await answers.claim(Self.request()).claim)
            try await answers.keep(Self.answer("late"), late)
            try await answers.release(late)
            #expect(try await answers.claim(Self.request()).isRunning)
            try await answers.keep(Self.answer("in time"), claim)
            #expect(try await answers.claim(Self.request()).answer == Self.answer("in time"))
        }
    }

    @Test(arguments: Backend.all)
    func `the claim of a hub that lives is renewed for as long as its request runs`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, _ async throws in
            let claim = try #require(try await answers.claim(Self.request()).claim)
            let released = try #require(try await answers.claim(Self.request(key: "released")).claim)
            try await answers.release(released)
            for _ in 0..<20 {
                clock.advance(milliseconds: 10_000)
                try await answers.renewIfDue()
            }
            #expect(try await answers.claim(Self.request()).isRunning)
            #expect(try await answers.claim(Self.request(key: "released")).claim != nil)
            try await answers.keep(Self.answer(), claim)
            #expect(try await answers.claim(Self.request()).answer != nil)
        }
    }

    @Test(arguments: Backend.all)
    func `a hub that starts alone ends the claims of the one before, and none of its own`(backend: Backend) async throws
    {
        try await withAnswers(backend) { answers, database async throws in
            let before = IdempotentAnswers(database, keys: try Self.newKeys(), name: "zero", maximumBytes: 1 << 20)
            _ = try await before.claim(Self.request(key: "left"))
            _ = try await answers.claim(Self.request(key: "own"))
            try await answers.releaseOthers()
            #expect(try await answers.claim(Self.request(key: "left")).claim != nil)
            #expect(try await answers.claim(Self.request(key: "own")).isRunning)
        }
    }

    @Test(arguments: Backend.lasting)
    func `answers outlive their hub`(backend: Backend) async throws {
        let keys = try Self.newKeys()
        try await backend.withLocation { location in
            for isFirst in [true, false] {
                let database = try Database(location, clock: clock)
                defer { database.close() }
                let answers = IdempotentAnswers(database, keys: keys, name: "\(isFirst)", maximumBytes: 1 << 20)
                let standing = try await answers.claim(Self.request())
                if isFirst {
                    try await answers.keep(Self.answer(), #require(standing.claim))
                } else {
                    #expect(standing.answer == Self.answer())
                }
            }
        }
    }

    @Test(arguments: Backend.all)
    func `the database holds nothing that was said`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, database async throws in
            let request = Self.request(Self.secret, key: Self.secret)
            try await answers.keep(Self.answer(), #require(try await answers.claim(request).claim))
            let rows = try await database.read { connection throws(StoreError) in
                try connection.rows("SELECT slot, digest, owner, key_id, sealed FROM hub_idempotency", [])
            }
            #expect(rows.count == 1)
            for case .text(let text) in rows[0].values { #expect(!text.contains("wombats")) }
            for case .blob(let bytes) in rows[0].values {
                #expect(!String(decoding: bytes, as: UTF8.self).contains("wombats"))
            }
        }
    }

    @Test(arguments: Backend.all)
    func `an answer under a key that nobody has is as if it were not there`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, database async throws in
            try await answers.keep(Self.answer(), #require(try await answers.claim(Self.request()).claim))
            let other = IdempotentAnswers(database, keys: try Self.newKeys(), name: "two", maximumBytes: 1 << 20)
            #expect(try await other.claim(Self.request()).claim != nil)
        }
    }

    @Test(arguments: Backend.all)
    func `the oldest answers make room, and claims do not`(backend: Backend) async throws {
        try await withAnswers(backend, maximumBytes: 2500) { answers, _ async throws in
            _ = try await answers.claim(Self.request(key: "running"))
            for key in ["a", "b", "c", "d"] {
                let claim = try #require(try await answers.claim(Self.request(key: key)).claim)
                try await answers.keep(Self.answer(bytes: 600), claim)
                clock.advance(milliseconds: 1000)
            }
            try await answers.sweepIfDue()
            #expect(try await answers.byteCount() <= 2500)
            #expect(try await answers.claim(Self.request(key: "running")).isRunning)
            #expect(try await answers.claim(Self.request(key: "d")).answer != nil)
            #expect(try await answers.claim(Self.request(key: "a")).claim != nil)
        }
    }

    @Test func `an answer larger than all may be is not kept`() async throws {
        try await withAnswers(.memory, maximumBytes: 1000) { answers, _ async throws in
            try await answers.keep(Self.answer(bytes: 2000), #require(try await answers.claim(Self.request()).claim))
            #expect(try await answers.claim(Self.request()).claim != nil)
        }
    }

    @Test(arguments: Backend.all)
    func `a sweep deletes what has expired, however much it is`(backend: Backend) async throws {
        try await withAnswers(backend) { answers, database async throws in
            for number in 0..<450 { _ = try await answers.claim(Self.request(key: "\(number)")) }
            clock.advance(milliseconds: 61_000)
            _ = try await answers.claim(Self.request(key: "young"))
            try await answers.sweepIfDue()
            let rows = try await database.read { connection throws(StoreError) in
                try connection.rows("SELECT COUNT(*) FROM hub_idempotency", [])
            }
            #expect(try rows[0].integer(0) == 1)
        }
    }

    @Test func `a row that was moved to another request does not open`() async throws {
        try await withAnswers(.memory) { answers, database async throws in
            try await answers.keep(Self.answer(), #require(try await answers.claim(Self.request()).claim))
            let other = Self.request(key: "other")
            try await database.write { connection throws(StoreError) in
                _ = try connection.change(
                    "UPDATE hub_idempotency SET slot = $1, digest = $2", [.text(other.slot), .text(other.digest)])
            }
            await #expect(throws: StoreError.self) { try await answers.claim(other) }
        }
    }
}

extension IdempotentAnswers.Standing {
    fileprivate var claim: IdempotentAnswers.Claim? { if case .claimed(let claim) = self { claim } else { nil } }
    fileprivate var answer: IdempotentAnswer? { if case .answered(let answer) = self { answer } else { nil } }
    fileprivate var isRunning: Bool { if case .running = self { true } else { false } }
    fileprivate var isUsedForAnother: Bool { if case .usedForAnother = self { true } else { false } }
}
