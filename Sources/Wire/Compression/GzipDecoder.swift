internal import CZlib

/// Decompresses one gzip body (RFC 1952) in portions, so that a large one can be done elsewhere than it was begun.
///
/// What comes out is bounded: a small body that would fill the memory is given up once it is over the bound.
/// Members one after the other count as one body; checksums and lengths are verified.
///
/// `@unchecked Sendable`: not to be used by two threads at once; whoever holds it may hand it on.
@safe
public final class GzipDecoder: @unchecked Sendable {
    /// What has come out so far.
    public private(set) var output: [UInt8] = []

    private let input: [UInt8]
    private var consumed = 0
    private let maximumBytes: Int
    private var isInsideMember = true
    /// In memory of its own: zlib checks that it has not moved.
    private let stream: UnsafeMutablePointer<z_stream>
    private static let portionBytes = 64 << 10

    /// - Parameter maximumBytes: bound of what may come out.
    public init(_ input: [UInt8], maximumBytes: Int) throws(GzipError) {
        self.input = input
        self.maximumBytes = maximumBytes
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe czlib_begin_gunzip(stream) == Z_OK else { throw .outOfMemory }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Goes on until the body ends or about `budget` bytes were read and written.
    /// - Returns: whether the body is complete.
    public func decode(budget: Int = .max) throws(GzipError) -> Bool {
        var spent = 0
        while isInsideMember || consumed < input.count {
            guard spent < budget else { return false }
            if !isInsideMember {
                guard unsafe inflateReset(stream) == Z_OK else { throw .corrupt }
                isInsideMember = true
            }
            spent += try decodePortion()
        }
        return true
    }

    /// One call of zlib. Returns how many bytes it read and wrote.
    private func decodePortion() throws(GzipError) -> Int {
        // One byte more than is allowed shows that there is more.
        let room = min(Self.portionBytes, maximumBytes - output.count + 1)
        var read = 0
        var written = 0
        let status = unsafe withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { portion in
            let status = unsafe inflate(into: portion, read: &read, written: &written)
            unsafe output.append(contentsOf: portion[..<written])
            return status
        }
        consumed += read
        guard output.count <= maximumBytes else { throw .tooLarge }
        switch status {
        case Z_STREAM_END: isInsideMember = false
        case Z_OK where read + written > 0: break
        case Z_OK, Z_BUF_ERROR: throw .truncated
        case Z_MEM_ERROR: throw .outOfMemory
        default: throw .corrupt
        }
        return read + written
    }

    private func inflate(
        into portion: UnsafeMutableRawBufferPointer, read: inout Int, written: inout Int
    ) -> Int32 {
        unsafe input.withUnsafeBytes { bytes in
            // zlib only reads through this pointer; its lengths are 32 bits wide.
            let unread = unsafe UnsafeRawBufferPointer(rebasing: bytes[consumed...])
            let rest = unsafe UnsafeMutableRawBufferPointer(mutating: unread)
            let length = UInt32(clamping: rest.count)
            unsafe stream.pointee.next_in = rest.bindMemory(to: UInt8.self).baseAddress
            unsafe stream.pointee.avail_in = length
            unsafe stream.pointee.next_out = portion.bindMemory(to: UInt8.self).baseAddress
            unsafe stream.pointee.avail_out = UInt32(portion.count)
            let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
            unsafe read = Int(length - stream.pointee.avail_in)
            unsafe written = portion.count - Int(stream.pointee.avail_out)
            return status
        }
    }
}
