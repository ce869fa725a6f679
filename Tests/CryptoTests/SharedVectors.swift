import Foundation

/// The shared test vectors: `HUB_SHARED`, or `shared` beside the package.
enum SharedVectors {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["HUB_SHARED"] {
            return URL(fileURLWithPath: path).appendingPathComponent("vectors")
        }
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.appendingPathComponent("../../shared/vectors").standardizedFileURL
    }()

    static let areMissing = "shared test vectors are not here; set HUB_SHARED"

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    /// Names of the files in a folder that start with `prefix`; none where the vectors are absent.
    static func names(in path: String, prefix: String = "") -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)
        return (names ?? []).filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.sorted()
    }
}
