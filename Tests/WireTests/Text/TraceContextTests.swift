import Foundation
import TestSupport
import Testing
import Wire

/// One case of the W3C harness: request fields and what must hold of the fields sent on.
struct TraceVector: Sendable, CustomTestStringConvertible {
    var name: String
    var fields: [[String]]
    /// Assertion name to its text value, for the assertions that have one.
    var expectations: [(kind: String, value: String)]

    var testDescription: String { "\(name) \(fields)" }

    func values(of name: String) -> [String] {
        fields.filter { $0[0].lowercased() == name }.map { $0[1] }
    }

    /// As the fields of a request, so that whitespace around values is the head parser's to remove.
    func head() throws -> HTTP1RequestHead {
        let lines = fields.map { "\($0[0]):\($0[1])\r\n" }.joined()
        return try parsedHead("GET / HTTP/1.1\r\nHost: h\r\n\(lines)\r\n")
    }

    private static let file = "tracecontext.json"
    static let absence: Comment = "\(SharedVectors.areMissing)"
    static let isPresent = SharedVectors.exists(file)

    static let all: [TraceVector] = {
        guard let bytes = try? SharedVectors.bytes(file),
            let document = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let cases = document["cases"] as? [[String: Any]]
        else { return [] }
        return cases.compactMap(TraceVector.init)
    }()

    init?(_ object: [String: Any]) {
        guard let name = object["test"] as? String, let fields = object["headers"] as? [[String]] else { return nil }
        self.name = name
        self.fields = fields
        expectations = (object["expect"] as? [[String: Any]] ?? []).flatMap { entry in
            entry.compactMap { key, value in (value as? String).map { (key, $0) } }
        }
    }
}

struct TraceContextTests {
    @Test(.enabled(if: TraceVector.isPresent, TraceVector.absence))
    func `the vectors were read`() {
        #expect(TraceVector.all.count >= 80)
    }

    @Test(.enabled(if: TraceVector.isPresent, TraceVector.absence), arguments: TraceVector.all)
    func `traceparent is accepted exactly where the W3C harness continues the trace`(vector: TraceVector) throws {
        // A repeated field is for the caller to refuse: the parser sees one value.
        let values = try vector.head().values(of: "traceparent")
        let context = values.count == 1 ? TraceContext(traceparent: values[0]) : nil
        for (kind, value) in vector.expectations where kind == "out.traceparent.trace_id_equals" {
            #expect(context?.traceparent.dropFirst(3).prefix(32) == value[...])
        }
        if vector.expectations.contains(where: { $0.kind == "out.traceparent.trace_id_differs_from" }) {
            #expect(context == nil)
        }
    }

    @Test(.enabled(if: TraceVector.isPresent, TraceVector.absence), arguments: TraceVector.all)
    func `tracestate is passed on exactly where the W3C harness expects it`(vector: TraceVector) throws {
        let members = try TraceState(vector.head().values(of: "tracestate"))?.members ?? []
        let keys = members.compactMap { $0.split(separator: "=").first.map(String.init) }
        for (kind, value) in vector.expectations {
            switch kind {
            case "out_tracestate_has": #expect(keys.contains(value))
            case "out_tracestate_lacks": #expect(!keys.contains(value))
            case "out_tracestate_string_contains": #expect(members.joined(separator: ",").contains(value))
            default: break
            }
        }
    }

    @Test
    func `a traceparent is written as it was read`() {
        let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let context = TraceContext(traceparent: text)
        #expect(context?.traceparent == text)
        #expect(context?.isSampled == true)
        #expect(context?.with(parentID: 1).traceparent == "00-0af7651916cd43dd8448eb211c80319c-0000000000000001-01")
    }

    @Test
    func `flags the specification leaves open are dropped`() {
        let context = TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff")
        #expect(context?.flags == 3)
    }

    @Test(arguments: [
        "", "00", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
    func `a malformed traceparent is no context`(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test
    func `tracestate holds at most 32 members`() {
        let members = (1...33).map { "k\($0)=v" }
        #expect(TraceState([members.dropLast().joined(separator: ",")])?.members.count == 32)
        #expect(TraceState([members.joined(separator: " , ")]) == nil)
    }

    @Test(arguments: ["a", "a=", "=b", "A=b", "a=b=c", "a=caf\u{E9}", "a b=c", "@a=b"])
    func `one malformed member drops the whole tracestate`(member: String) {
        #expect(TraceState(["ok=1", member]) == nil)
    }

    @Test
    func `tracestate values are joined without whitespace and empty members`() {
        #expect(TraceState([" a=1 ,, b=2\t", "", "c= 3"])?.text == "a=1,b=2,c= 3")
    }
}
