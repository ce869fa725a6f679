internal import Wire

/// Takes the objects out of one JSON array that comes in pieces of any size. Pure.
///
/// Only finds where objects begin and end; whether they are JSON is up to whoever parses them.
struct JSONArrayReader: Sendable {
    private let maximumBytes: Int
    private var bytes: [UInt8] = []
    /// How far `bytes` has been looked at.
    private var position = 0
    private var depth = 0
    private var strings = JSONStringTracker()
    /// The array is closed.
    private(set) var isComplete = false

    /// - Parameter maximumBytes: bound for one object.
    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    mutating func feed(_ piece: UnsafeRawBufferPointer) {
        if !isComplete { unsafe bytes.append(contentsOf: piece) }
    }

    enum Failure: Error { case tooLarge }

    /// The next complete object; nil if more bytes are needed.
    mutating func next() throws(Failure) -> [UInt8]? {
        while position < bytes.count, !isComplete {
            let byte = bytes[position]
            position += 1
            if depth > 0 {
                guard take(byte) else { continue }
                let object = Array(bytes[..<position])
                discard()
                return object
            }
            if byte == UInt8(ascii: "{") {
                bytes.removeFirst(position - 1)
                position = 1
                depth = 1
            } else if byte == UInt8(ascii: "]") {
                isComplete = true
                bytes = []
            }
        }
        if depth == 0 { discard() }
        if bytes.count > maximumBytes { throw .tooLarge }
        return nil
    }

    private mutating func discard() {
        bytes.removeFirst(min(position, bytes.count))
        position = 0
    }

    /// Whether the byte ends the object.
    private mutating func take(_ byte: UInt8) -> Bool {
        if strings.takes(byte) { return false }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        return depth == 0
    }
}
