import Dispatch
import Glibc
import Synchronization

/// Where a test's log goes, and what came of it.
final class LogPipe: Sendable {
    let writeEnd: Int32
    private let readEnd: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure() }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    struct Failure: Error {}

    /// Reads on a thread of its own until the other end is closed.
    func read() -> Reading {
        let reading = Reading()
        let readEnd = readEnd
        DispatchQueue(label: "log reader").async {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            var bytes: [UInt8] = []
            while true {
                let count = buffer.withUnsafeMutableBytes { Glibc.read(readEnd, $0.baseAddress, $0.count) }
                guard count > 0 else { break }
                bytes += buffer[..<count]
            }
            Glibc.close(readEnd)
            reading.finish(bytes)
        }
        return reading
    }

    func close() { Glibc.close(writeEnd) }

    final class Reading: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        private let isOver = DispatchSemaphore(value: 0)

        fileprivate func finish(_ read: [UInt8]) {
            bytes.withLock { $0 = read }
            isOver.signal()
        }

        /// All lines, when the pipe is closed.
        func lines() -> [String] {
            isOver.wait()
            isOver.signal()
            return bytes.withLock { String(decoding: $0, as: UTF8.self) }.split(separator: "\n").map(String.init)
        }
    }
}
