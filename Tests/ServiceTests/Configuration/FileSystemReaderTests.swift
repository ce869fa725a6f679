import Foundation
import Testing

@testable import Service

struct FileSystemReaderTests {
    @Test func `a file is read whole`() throws {
        let text = try String(contentsOfFile: #filePath, encoding: .utf8)
        #expect(try readFileFromDisk(#filePath) == Array(text.utf8))
    }

    @Test func `a missing file is told from an unreadable one`() {
        #expect(throws: FileReadFailure.notFound) { try readFileFromDisk("/nonexistent/file") }
        #expect(throws: FileReadFailure.failed(reason: "not a regular file")) { try readFileFromDisk("/") }
        #expect(throws: FileReadFailure.failed(reason: "not a regular file")) { try readFileFromDisk("/dev/zero") }
    }
}
