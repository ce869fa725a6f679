internal import Glibc
internal import HubCore

/// A piece of a journal, mapped into memory: what is stored there is the kernel's at once, whatever becomes of the process.
///
/// Unchecked: appended to, and closed, under the lock of its shard. What lies before an end that was seen under that lock does not
/// change any more, but for the flags of `JournalRecord`, which are read under it too or when the process is gone.
@safe
final class JournalSegment: @unchecked Sendable {
    static let capacity = 1 << 20
    /// Of a file that somebody else made.
    private static let maximumCapacity = 64 << 20

    let number: UInt32
    /// Nil: in this process's memory alone.
    let path: String?
    let capacity: Int
    private let base: UnsafeMutableRawPointer
    /// Bytes that are written.
    private(set) var end = 0
    /// Of calls that began here and have not ended.
    private(set) var openBytes = 0
    /// Behind the last end of a call of this file that is in memory alone: until that is in the table, what this file says
    /// of the call is all that outlives the process.
    private(set) var neededUntil = JournalPosition.start

    private init(_ number: UInt32, _ path: String?, _ capacity: Int, _ base: UnsafeMutableRawPointer) {
        self.number = number
        self.path = path
        self.capacity = capacity
        unsafe self.base = base
    }

    deinit { unsafe munmap(base, capacity) }

    // MARK: Making

    /// A new file for its owner only. Its blocks are taken now: a disk that is full later does not end the process. Blocks;
    /// nil if it cannot be made.
    static func make(_ number: UInt32, at path: String) -> JournalSegment? {
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        guard posix_fallocate(descriptor, 0, capacity) == 0, let base = unsafe map(descriptor, capacity) else {
            _ = unsafe unlink(path)
            return nil
        }
        return unsafe JournalSegment(number, path, capacity, base)
    }

    /// In memory: gone with the process.
    static func make(_ number: UInt32) -> JournalSegment? {
        guard let base = unsafe memory(capacity) else { return nil }
        return unsafe JournalSegment(number, nil, capacity, base)
    }

    /// One that another process left, read into memory: a mapped file that is cut, or on a disk that fails, would end the
    /// process. Blocks. Nil if it is none; throws where that cannot be told now, for which it is not to be removed.
    static func open(_ number: UInt32, at path: String) throws(StoreError) -> JournalSegment? {
        // A pipe of that name is not waited for.
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            // Gone, a link, a socket.
            if [ENOENT, ELOOP, ENXIO].contains(errno) { return nil }
            throw failure(path)
        }
        defer { Glibc.close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path) }
        let size = Int(status.st_size)
        guard status.st_mode & S_IFMT == S_IFREG, (JournalRecord.headBytes...maximumCapacity).contains(size) else {
            return nil
        }
        guard let base = unsafe memory(size) else { throw failure(path) }
        let segment = unsafe JournalSegment(number, path, size, base)
        // Where the file became shorter meanwhile the rest is zeros: nothing was written there.
        while segment.end < size {
            let count = unsafe pread(descriptor, base + segment.end, size - segment.end, segment.end)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            segment.end += count
        }
        return segment
    }

    private static func failure(_ path: String) -> StoreError {
        .unavailable("the ledger's journal \(path) cannot be read: \(unsafe String(cString: strerror(errno)))")
    }

    private static func memory(_ size: Int) -> UnsafeMutableRawPointer? {
        let base = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        return unsafe base == MAP_FAILED ? nil : base
    }

    private static func map(_ descriptor: Int32, _ size: Int) -> UnsafeMutableRawPointer? {
        let base = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        return unsafe base == MAP_FAILED ? nil : base
    }

    /// Its file goes; what is mapped stays until nobody holds it.
    /// - Returns: false where it could not be removed.
    @discardableResult
    func remove() -> Bool {
        guard let path else { return true }
        return unsafe unlink(path) == 0 || errno == ENOENT
    }

    // MARK: Appending

    var hasRoom: Bool { capacity - end >= JournalRecord.maximumBytes }

    /// Where the call is.
    func append(_ call: LedgerCall) -> Int {
        append(.begun) { $0.put(call) }
    }

    /// The end of a call that began in `segment` at `offset`.
    func append(endOf offset: Int, in segment: JournalSegment, _ result: LedgerResult) {
        let call = unsafe segment.callBytes(offset)
        _ = append(.ended) { encoder in
            unsafe encoder.put(call)
            encoder.put(result)
        }
        segment.close(offset, marks: outlives(segment))
        if !outlives(segment) { segment.neededUntil = JournalPosition(segment: number, offset: UInt32(end)) }
    }

    /// Whether what is here is there at least as long as what is in the other.
    func outlives(_ other: JournalSegment) -> Bool { path != nil || other.path == nil }

    /// A call that goes on moves here from a segment that is to go, and that this one outlives.
    func take(_ offset: Int, from segment: JournalSegment) -> Int {
        let call = unsafe segment.callBytes(offset)
        let place = append(.begun) { unsafe $0.put(call) }
        segment.close(offset, marks: true)
        return place
    }

    private func append(_ kind: JournalRecord.Kind, _ write: (inout JournalEncoder) -> Void) -> Int {
        precondition(hasRoom, "a record was appended to a full segment")
        let offset = end
        let start = unsafe base + offset
        var encoder = unsafe JournalEncoder(at: start + JournalRecord.headBytes)
        encoder.put(byte: kind.rawValue)
        write(&encoder)
        unsafe JournalRecord.seal(start, payload: encoder.count)
        let size = JournalRecord.size(ofPayload: encoder.count)
        end += size
        if kind == .begun { openBytes += size }
        return offset
    }

    /// Without the byte of its kind.
    @unsafe private func callBytes(_ offset: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(
            start: base + offset + JournalRecord.headBytes + 1,
            count: JournalRecord.payloadCount(base + offset) - 1)
    }

    /// - Parameter marks: false where the process's end would leave the record of the call's beginning alone.
    private func close(_ offset: Int, marks: Bool) {
        if marks { unsafe JournalRecord.close(base + offset) }
        openBytes -= unsafe JournalRecord.size(ofPayload: JournalRecord.payloadCount(base + offset))
    }

    // MARK: Reading

    enum Entry {
        case begun(LedgerCall, isOpen: Bool)
        case ended(LedgerRow)
        /// A call that began, where those are not asked for.
        case passed
        /// Nothing here, nor behind it.
        case end
        case damaged
    }

    /// What is at an offset, and where the next is.
    /// - Parameter isOwn: of this process: calls that began are passed, for it knows of them.
    func entry(at offset: Int, before end: Int, isOwn: Bool) -> (entry: Entry, next: Int) {
        let bytes = unsafe UnsafeRawBufferPointer(start: base + offset, count: max(0, min(end, capacity) - offset))
        switch unsafe JournalRecord.read(bytes, isOwn: isOwn) {
        case .end: return (.end, offset)
        case .damaged: return (.damaged, offset)
        case .record(let payload, let size):
            let next = offset + size
            var decoder = unsafe JournalDecoder(payload)
            let kind = decoder.kind()
            if isOwn, kind == .begun { return (.passed, next) }
            guard let kind, let call = decoder.call() else { return (.damaged, next) }
            if kind == .begun { return (.begun(call, isOpen: unsafe !JournalRecord.isClosed(base + offset)), next) }
            guard let result = decoder.result() else { return (.damaged, next) }
            return (.ended(LedgerRow(call: call, result: result)), next)
        }
    }
}
