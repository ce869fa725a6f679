import Testing
import Wire

struct JSONStringTrackerTests {
    /// A text, and a mark under each byte that is a string's.
    private static let texts = [
        (#"{"a":[1,""]}"#, " \"\"\"    \"\"  "),
        (#""a" "b""#, "\"\"\" \"\"\""),
        (#""\"" ,"#, "\"\"\"\"  "),
        (#""\\" ,"#, "\"\"\"\"  "),
        (#""\\\"]" ]"#, "\"\"\"\"\"\"\"  "),
        (#"\"a" "#, " \"\"\" "),
        (#""]"#, "\"\""),
    ]

    @Test(arguments: texts)
    func `strings are told from what is between them`(text: String, marks: String) {
        var strings = JSONStringTracker()
        let found = text.utf8.map { strings.takes($0) ? "\"" : " " }.joined()
        #expect(found == marks)
    }
}
