import Foundation
import TestSupport
import Testing
import Wire

/// Cases of web-platform-tests' eventsource suite.
@Suite(.enabled(if: SharedVectors.exists("sse_cases.json"), "\(SharedVectors.areMissing)"))
struct SSEConformanceTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Event: Decodable, Equatable {
            var type: String
            var data: String
            var lastEventId: String
        }
        var name: String
        var stream: String
        var events: [Event]
        var retry: Int?
        var testDescription: String { name }
    }

    private struct File: Decodable {
        var cases: [Case]
    }

    static let cases: [Case] = {
        guard let bytes = try? SharedVectors.bytes("sse_cases.json") else { return [] }
        return (try? JSONDecoder().decode(File.self, from: Data(bytes)))?.cases ?? []
    }()

    static func expectEvents(of pieces: [[UInt8]], in `case`: Case, _ comment: Comment) throws {
        var reader = SSEReader()
        let events = try SSEReaderTests.events(of: pieces, reader: &reader).map {
            Case.Event(
                type: $0.type, data: String(decoding: $0.data, as: UTF8.self), lastEventId: $0.lastEventID ?? "")
        }
        #expect(events == `case`.events, comment)
        #expect(reader.retry == `case`.retry, comment)
    }

    @Test func `the cases are read`() {
        #expect(Self.cases.count > 10)
    }

    @Test(arguments: cases)
    func `a stream fed whole gives the expected events`(case: Case) throws {
        try Self.expectEvents(of: [Array(`case`.stream.utf8)], in: `case`, "whole")
    }

    @Test(arguments: cases)
    func `a stream split at any byte gives the expected events`(case: Case) throws {
        let bytes = Array(`case`.stream.utf8)
        for split in 0...bytes.count {
            try Self.expectEvents(of: [Array(bytes[..<split]), Array(bytes[split...])], in: `case`, "at \(split)")
        }
    }

    @Test(arguments: cases)
    func `a stream fed byte by byte gives the expected events`(case: Case) throws {
        try Self.expectEvents(of: `case`.stream.utf8.map { [$0] }, in: `case`, "byte by byte")
    }
}
