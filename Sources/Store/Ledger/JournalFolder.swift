internal import Glibc

/// The folder of journals: each process has files of its own there, which nobody else touches as long as it lives.
///
/// `NAME.lock` is locked by its process from before it has that name to the end of the process. Its segments are
/// `NAME-SHARD-NUMBER.segment`.
struct JournalFolder: Sendable {
    let path: String
    /// This process among all that share the folder or the database.
    let name: String

    /// Makes the folder, for its owner only, and takes a name in it. Blocks. Throws if that cannot be done.
    init(path: String, name: String) throws(StoreError) {
        self.path = path
        self.name = name
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.failure(path) }
        let draft = "\(path)/\(name).draft"
        // Not closed, for the lock is the process's life.
        let descriptor = unsafe open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, unsafe rename(draft, Self.lock(path, name)) == 0 else {
            let failure = Self.failure(path)
            close(descriptor)
            _ = unsafe unlink(draft)
            throw failure
        }
        lock = descriptor
    }

    private let lock: Int32

    func segmentPath(shard: Int, _ number: UInt32) -> String { "\(path)/\(name)-\(shard)-\(number).segment" }

    /// Its journals are empty and their files gone.
    func leave() {
        _ = unsafe unlink(Self.lock(path, name))
        close(lock)
    }

    /// As the end of the process would: for tests.
    func abandon() { close(lock) }

    // MARK: Others

    /// What a process left that is gone, held until it is closed.
    struct Remains: Sendable {
        let name: String
        let path: String
        fileprivate let lock: Int32
        /// By journal: its segments in their order, and the paths of files that are none by their names.
        let journals: [String: [File]]
        let unreadable: [String]

        struct File: Sendable {
            let number: UInt32
            let path: String
        }

        /// - Returns: false where one is still there.
        func removeSegments() -> Bool {
            for path in unreadable { _ = unsafe unlink(path) }
            return journals.values.joined().map { unsafe unlink($0.path) == 0 || errno == ENOENT }.allSatisfy { $0 }
        }

        /// Without this file nobody asks for them again.
        func removeLock() { _ = unsafe unlink(JournalFolder.lock(path, name)) }

        func close() { Glibc.close(lock) }
    }

    /// Those of one process that is gone, and that nobody else sees to at the moment. Blocks. Nil, too, where the folder cannot
    /// be read now: an empty list of files would be taken for the end of them.
    /// - Parameter passed: processes that are not asked for.
    func remains(passing passed: Set<String> = []) -> Remains? {
        guard let names = Self.names(path) else { return nil }
        for name in names where name.hasSuffix(".lock") {
            let owner = String(name.dropLast(5))
            guard owner != self.name, !passed.contains(owner), Self.isName(owner) else { continue }
            let descriptor = unsafe open("\(path)/\(name)", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                continue
            }
            // Another may have seen to it while this one was opened: then its files are gone, and it is gone through once more.
            guard let names = Self.names(path) else {
                close(descriptor)
                return nil
            }
            return read(owner, descriptor, names)
        }
        return nil
    }

    /// As processes are named; the database is asked for what begins so.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }

    private func read(_ owner: String, _ descriptor: Int32, _ names: [String]) -> Remains {
        var journals: [String: [Remains.File]] = [:]
        var unreadable: [String] = []
        for name in names where name.hasPrefix("\(owner)-") && name.hasSuffix(".segment") {
            let parts = name.dropLast(8).split(separator: "-")
            guard parts.count == 3, let number = UInt32(parts[2]) else {
                unreadable.append("\(path)/\(name)")
                continue
            }
            journals["\(parts[0])-\(parts[1])", default: []].append(
                Remains.File(number: number, path: "\(path)/\(name)"))
        }
        for journal in journals.keys { journals[journal]?.sort { $0.number < $1.number } }
        return Remains(name: owner, path: path, lock: descriptor, journals: journals, unreadable: unreadable)
    }

    private static func lock(_ path: String, _ name: String) -> String { "\(path)/\(name).lock" }

    /// Nil where they cannot all be read.
    private static func names(_ path: String) -> [String]? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(folder) else {
                guard errno == 0 else { return nil }
                break
            }
            unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    names.append(unsafe String(cString: name))
                }
            }
        }
        return names.sorted()
    }

    private static func failure(_ path: String) -> StoreError {
        .outage("the ledger's folder \(path) cannot be used: \(unsafe String(cString: strerror(errno)))")
    }
}
