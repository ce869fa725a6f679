import Glibc

/// Reads a regular file of at most 16 MiB from disk. It blocks; only start, reload and `check-config` read files.
///
/// Anything but a regular file is refused: a pipe could hold the reader up for ever.
func readFileFromDisk(_ path: String) throws(FileReadFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .lastError }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .lastError }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .failed(reason: "not a regular file") }

    let limit = 16 << 20
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count == 0 { return bytes }
        guard count > 0 else {
            if errno == EINTR { continue }
            throw .lastError
        }
        bytes += chunk[..<count]
        guard bytes.count <= limit else { throw .failed(reason: "larger than \(limit) bytes") }
    }
}

extension FileReadFailure {
    fileprivate static var lastError: FileReadFailure {
        let code = errno
        return code == ENOENT || code == ENOTDIR ? .notFound : .failed(reason: String(cString: strerror(code)))
    }
}
