import Testing

@testable import Dialects

struct TextSeamTests {
    /// What a reader has in the end; nil where the text is said again.
    private static func joined(_ text: String, _ pieces: [String]) -> String? {
        var seam = TextSeam(after: text)
        var result = text
        for piece in pieces {
            switch seam.take(piece) {
            case .wait: break
            case .pass(let more): result += more
            case .repeated: return nil
            }
        }
        return result + seam.release()
    }

    /// The same, however the rest is cut in pieces.
    private static func joined(_ text: String, everyWay rest: String) -> Set<String?> {
        let scalars = Array(rest.unicodeScalars).map { String($0) }
        var results: Set<String?> = [joined(text, [rest]), joined(text, scalars)]
        for cut in scalars.indices {
            results.insert(joined(text, [scalars[..<cut].joined(), scalars[cut...].joined()]))
        }
        return results
    }

    @Test(arguments: [
        ("The sun", " is hot.", "The sun is hot."), ("The sun ", "is hot.", "The sun is hot."),
        ("The sun ", " is hot.", "The sun is hot."), ("One.\n\n", "\n\nTwo.", "One.\n\nTwo."),
        ("One.\n", "\n\nTwo.", "One.\n\nTwo."), ("One. ", "\nTwo.", "One. \nTwo."), ("Ca", "fé", "Café"),
        ("a0 a1 ", "a2 a3", "a0 a1 a2 a3"), ("The end.", "", "The end."), ("The sun ", " ", "The sun "),
        ("日本", "語です", "日本語です"), ("x", " y", "x y"),
    ])
    func `a reader has the text and what follows it, each once`(text: String, rest: String, whole: String) {
        #expect(Self.joined(text, everyWay: rest) == [whole])
    }

    @Test(arguments: [
        ("The sun is a star that is hot", "The sun is a star that is hot and round"),
        ("The sun is a star that is hot and far away", "The sun is a star that is hot and round"),
        ("The sun is", "The sun is hot"), ("  The sun is ", "The sun is hot"), ("The sun is ", " \n The sun is hot"),
    ])
    func `a text that is said again is not passed on`(text: String, rest: String) {
        #expect(Self.joined(text, everyWay: rest) == [nil])
    }

    @Test func `what only begins like the text is passed on`() {
        #expect(Self.joined("a b c d ", everyWay: "a b") == ["a b c d a b"])
        #expect(Self.joined("tick tock tick", everyWay: " tick tack") == ["tick tock tick tick tack"])
    }

    @Test func `endless white space is not waited for`() {
        var seam = TextSeam(after: "The sun")
        #expect(seam.take(String(repeating: " ", count: 256)) == .wait)
        #expect(seam.take(" ") == .pass(String(repeating: " ", count: 257)))
    }

    @Test func `white space at the end is not sent along`() {
        #expect(TextSeam.trimmed("a b \n\t") == "a b")
        #expect(TextSeam.trimmed("  a") == "  a")
        #expect(TextSeam.trimmed(" \n").isEmpty)
    }
}
