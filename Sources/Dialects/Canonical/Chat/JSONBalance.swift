internal import Wire

/// Whether a JSON object that comes in pieces is complete. Pure.
struct JSONBalance: Sendable {
    private var depth = 0
    private var hasBegun = false
    private var strings = JSONStringTracker()

    var isComplete: Bool { hasBegun && depth == 0 }

    mutating func take(_ piece: String) {
        for byte in piece.utf8 { take(byte) }
    }

    private mutating func take(_ byte: UInt8) {
        if strings.takes(byte) { return }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            hasBegun = true
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
    }
}
