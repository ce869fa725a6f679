internal import Glibc

/// Runs `body` with the path of a new folder, which is removed with all its files afterwards.
public func withTemporaryFolder<Value>(_ body: (_ path: String) async throws -> Value) async throws -> Value {
    let path = try makeTemporaryFolder()
    defer { removeTemporaryFolder(path) }
    return try await body(path)
}

/// The same without suspensions.
public func withTemporaryFolder<Value>(_ body: (_ path: String) throws -> Value) throws -> Value {
    let path = try makeTemporaryFolder()
    defer { removeTemporaryFolder(path) }
    return try body(path)
}

private func makeTemporaryFolder() throws -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/hub-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SocketFailure("no folder can be made in \(parent)") }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Tests put files in it, no folders.
private func removeTemporaryFolder(_ path: String) {
    for name in TestFile.names(in: path) { unlink("\(path)/\(name)") }
    rmdir(path)
}
