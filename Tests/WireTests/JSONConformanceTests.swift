import Foundation
import TestSupport
import Testing
import Wire

private let parsing = "json/JSONTestSuite_test_parsing"
private let transform = "json/JSONTestSuite_test_transform"

/// JSONTestSuite by Nicolas Seriot: y_ must be accepted, n_ refused, i_ is up to the parser.
@Suite(.enabled(if: SharedVectors.exists("json"), "\(SharedVectors.areMissing)"))
struct JSONConformanceTests {
    @Test(arguments: SharedVectors.names(in: parsing, prefix: "y_"))
    func `a valid text is accepted and means the same when written again`(name: String) throws {
        let document = try JSONDocument.parse(SharedVectors.bytes("\(parsing)/\(name)"))
        var writer = JSONWriter()
        writer.value(document.root)
        let again = try JSONDocument.parse(writer.bytes)
        #expect(document.root.isEquivalent(to: again.root))
    }

    @Test(arguments: SharedVectors.names(in: parsing, prefix: "n_"))
    func `an invalid text is refused`(name: String) throws {
        let bytes = try SharedVectors.bytes("\(parsing)/\(name)")
        #expect(throws: JSONError.self) { try JSONDocument.parse(bytes, maximumDepth: 1000) }
    }

    @Test(arguments: SharedVectors.names(in: parsing, prefix: "i_") + SharedVectors.names(in: transform))
    func `a text left open by the standard is read whole or refused`(name: String) throws {
        let folder = name.hasPrefix("i_") ? parsing : transform
        guard let document = try? JSONDocument.parse(SharedVectors.bytes("\(folder)/\(name)")) else { return }
        var writer = JSONWriter()
        writer.value(document.root)
        #expect(String(validating: writer.bytes, as: UTF8.self) != nil)
    }

    @Test(arguments: SharedVectors.names(in: transform, prefix: "object_same_key"))
    func `both members with the same key are visible`(name: String) throws {
        let root = try JSONDocument.parse(SharedVectors.bytes("\(transform)/\(name)")).root
        #expect(root.count == 2)
        #expect(root.hasDuplicateKeys())
        #expect(root.duplicateKeys(among: ["a", "b"]).map(\.description) == ["a"])
    }

    @Test(arguments: SharedVectors.names(in: transform, prefix: "object_key_nf"))
    func `keys that differ only in Unicode normalisation are different`(name: String) throws {
        let root = try JSONDocument.parse(SharedVectors.bytes("\(transform)/\(name)")).root
        #expect(root.count == 2)
        #expect(!root.hasDuplicateKeys())
    }
}
