internal import Glibc
internal import Wire

/// The key that a hub makes for itself where nobody gave it one: a file beside the database, for its owner only. It protects
/// copies of the database that were taken without it.
enum KeyFile {
    /// Where the key of a database file is kept.
    static func path(beside database: String) -> String { "\(database).key" }

    /// A key that is gone with the process, for a database that is too.
    static func transient() throws(StoreError) -> EncryptionKey {
        try key(EncryptionKey.generate(), "a new key")
    }

    /// The key in the file; nil if there is no file. Throws if it holds something else.
    static func read(_ path: String) throws(StoreError) -> EncryptionKey? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure(path, "be read")
        }
        defer { close(descriptor) }
        // The text of a key has 44 characters and perhaps a line's end.
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw failure(path, "be read") }
        let text = String(decoding: bytes[..<count].filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return try key(text, path)
    }

    /// The key in the file, which is made if it is not there. Of several hubs that start at once one makes it, and all get
    /// the same.
    static func readOrMake(_ path: String) throws(StoreError) -> (key: EncryptionKey, isNew: Bool) {
        if let key = try read(path) { return (key, false) }
        let draft = "\(path).\(getpid()).\(EncryptionKey.generate().prefix(8).filter { $0.isLetter })"
        try write(EncryptionKey.generate() + "\n", to: draft)
        defer { _ = unsafe unlink(draft) }
        // Whole or not at all, and never over another.
        let isFirst = unsafe link(draft, path) == 0
        guard isFirst || errno == EEXIST else { throw failure(path, "be made") }
        guard let key = try read(path) else { throw failure(path, "be read") }
        return (key, isFirst)
    }

    /// On the disk when it returns: what the key seals must not outlive it.
    private static func write(_ text: String, to path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path, "be made") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(descriptor) == 0 else { throw failure(path, "be written") }
    }

    private static func key(_ text: String, _ path: String) throws(StoreError) -> EncryptionKey {
        guard let key = EncryptionKey(base64: text) else { throw .refused("\(path) holds no key: 32 bytes in base64") }
        return key
    }

    private static func failure(_ path: String, _ what: String) -> StoreError {
        .outage("the key file \(path) cannot \(what): \(unsafe String(cString: strerror(errno)))")
    }
}
