import Testing
import Wire

struct JSONElementSplitterTests {
    private static func splitter(element: Int = 1000, rest: Int = 1000) -> JSONElementSplitter {
        JSONElementSplitter("list", maximumElementBytes: element, maximumRestBytes: rest)
    }

    private static func split(_ text: String, at offset: Int? = nil) throws -> (elements: [String], rest: String) {
        var splitter = splitter()
        let bytes = Array(text.utf8)
        var elements: [[UInt8]] = []
        let offset = offset ?? bytes.count
        elements += try splitter.feed(Array(bytes[..<offset]))
        elements += try splitter.feed(Array(bytes[offset...]))
        return (elements.map { String(decoding: $0, as: UTF8.self) }, String(decoding: splitter.rest, as: UTF8.self))
    }

    static let texts: [(text: String, elements: [String], rest: String)] = [
        (#"{"a":1}"#, [], #"{"a":1}"#),
        (#"{"list":[1,2]}"#, ["1", "2"], #"{"list":[]}"#),
        (#"{"list":[]}"#, [], #"{"list":[]}"#),
        (
            #"{"list" : [ {"a":[1,{"b":"]},{"}]} ,"x,]" ]}"#, [#" {"a":[1,{"b":"]},{"}]} "#, #""x,]" "#],
            #"{"list" : []}"#
        ),
        (#"{"list":{"list":[{}]},"b":2}"#, ["{}"], #"{"list":{"list":[]},"b":2}"#),
        // The name as a value, as the end of another, after an escaped quote, and in an element.
        (#"{"a":"list","b":[1]}"#, [], #"{"a":"list","b":[1]}"#),
        (#"{"xlist":[1],"lists":[2]}"#, [], #"{"xlist":[1],"lists":[2]}"#),
        (#"{"a\"list":[1],"\\":[2],"list":[3]}"#, ["3"], #"{"a\"list":[1],"\\":[2],"list":[]}"#),
        (#"{"list":[{"list":[1]}]}"#, [#"{"list":[1]}"#], #"{"list":[]}"#),
        (#"{"list":["\"],[",2]}"#, [#""\"],[""#, "2"], #"{"list":[]}"#),
        (#"{"a":{"list":[1]},"b":{"list":[2]}}"#, ["1", "2"], #"{"a":{"list":[]},"b":{"list":[]}}"#),
        // Cut off: what has not ended is no element.
        (#"{"list":[{"a":1},{"b"#, [#"{"a":1}"#], #"{"list":["#),
        (#"{"list":[1,,2]]}"#, ["1", "2"], #"{"list":[]]}"#),
    ]

    @Test(arguments: texts)
    func `the elements are taken out, wherever the text is cut`(
        text: String, elements: [String], rest: String
    ) throws {
        for offset in 0...text.utf8.count {
            let found = try Self.split(text, at: offset)
            #expect(found.elements == elements)
            #expect(found.rest == rest)
        }
    }

    @Test func `an element that is too long is refused before it is held`() throws {
        var splitter = Self.splitter(element: 8)
        #expect(try splitter.feed(Array(#"{"list":["123456","#.utf8)) == [Array(#""123456""#.utf8)])
        #expect(throws: JSONElementSplitter.Problem.elementTooLong) {
            try splitter.feed(Array(#""1234567""#.utf8))
        }
    }

    @Test func `a rest that is too long is refused before it is held`() {
        var splitter = Self.splitter(rest: 8)
        #expect(throws: JSONElementSplitter.Problem.restTooLong) { try splitter.feed(Array(#"{"a":1234}"#.utf8)) }
    }
}
