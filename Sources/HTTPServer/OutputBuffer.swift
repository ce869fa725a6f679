/// Bytes waiting for a socket, first in first out.
struct OutputBuffer {
    private var bytes: [UInt8] = []
    private var start = 0
    /// A drained buffer up to this size is kept for the next piece of a stream.
    private static let keptCapacity = 4096

    var count: Int { bytes.count - start }
    var isEmpty: Bool { start == bytes.count }

    /// Appends through `body`, so that a message is built in place.
    mutating func append(_ body: (inout [UInt8]) -> Void) {
        body(&bytes)
    }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: more)
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    mutating func removeFirst(_ count: Int) {
        start += count
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
            start = 0
        } else if start > 1 << 16, start > bytes.count / 2 {
            bytes.removeFirst(start)
            start = 0
        }
    }

    /// Gives the memory of an empty buffer back.
    mutating func release() {
        if isEmpty { self = OutputBuffer() }
    }
}
