internal import Glibc

/// The shared folder beside the package, or `HUB_SHARED`: fixtures and vectors. Never part of the repository.
enum SharedFolder {
    static let path: String = {
        if let path = getenv("HUB_SHARED") { return String(cString: path) }
        let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return "/\(package)/../shared"
    }()
}

/// The shared test vectors.
public enum SharedVectors {
    public static let folder = SharedFolder.path + "/vectors"
    public static let areMissing = "shared test vectors are not here; set HUB_SHARED"

    public static func exists(_ path: String) -> Bool {
        access("\(folder)/\(path)", R_OK) == 0
    }

    public static func bytes(_ path: String) throws -> [UInt8] {
        guard exists(path) else { throw SocketFailure("\(path) is not among the shared vectors") }
        return TestFile.read("\(folder)/\(path)")
    }

    /// The names of what is in a folder, in order; none where it is absent.
    public static func entries(of path: String) -> [String] {
        TestFile.names(in: "\(folder)/\(path)")
    }

    /// Names of the JSON files in a folder that start with `prefix`; none where the vectors are absent.
    public static func names(in path: String, prefix: String = "") -> [String] {
        TestFile.jsonNames(in: "\(folder)/\(path)").filter { $0.hasPrefix(prefix) }
    }
}
