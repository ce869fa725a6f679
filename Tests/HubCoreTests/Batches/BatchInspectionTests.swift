import Testing

@testable import HubCore

struct BatchInspectionTests {
    static func line(_ id: String, model: String = "m") -> String {
        #"{"custom_id":"\#(id)","method":"POST","url":"/v1/embeddings","body":{"model":"\#(model)","input":"x"}}"#
    }

    static func inspect(_ text: String, by size: Int = .max, maximumLineBytes: Int = 1000) -> BatchInspection {
        var inspection = BatchInspection(endpoint: .embeddings, maximumLineBytes: maximumLineBytes)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            inspection.feed(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        inspection.end()
        return inspection
    }

    @Test func `lines are counted however the text is cut`() {
        let text = "\(Self.line("a"))\r\n\n\(Self.line("b"))\n  \n\(Self.line("a"))"
        for size in 1...text.utf8.count {
            let inspection = Self.inspect(text, by: size)
            #expect(inspection.lineCount == 3)
            #expect(inspection.problems.map(\.line) == [5])
            #expect(inspection.problems.map(\.code) == ["duplicate_custom_id"])
        }
    }

    @Test func `a line over the bound makes the rest hopeless`() {
        let long = Self.line(String(repeating: "x", count: 400))
        let inspection = Self.inspect("\(Self.line("a"))\n\(long)\n\(Self.line("b"))", maximumLineBytes: 300)
        #expect(inspection.problems.map(\.code) == ["line_too_long"])
        #expect(inspection.isHopeless)
        #expect(inspection.lineCount == 1)
    }

    @Test func `problems are told up to a bound`() {
        let inspection = Self.inspect(String(repeating: "x\n", count: 1000))
        #expect(inspection.problems.count == Batch.maximumProblems)
        #expect(inspection.isHopeless)
    }

    @Test func `models are gathered unless they are many or missing`() {
        #expect(Self.inspect("\(Self.line("a", model: "x"))\n\(Self.line("b"))").models == ["x", "m"])
        let many = (0...BatchInspection.maximumModels).map { Self.line("\($0)", model: "m\($0)") }
        #expect(Self.inspect(many.joined(separator: "\n")).models == nil)
        let none = #"{"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{}}"#
        #expect(Self.inspect(none).models == nil)
    }
}
