internal import Crypto

/// A credential in memory. Printing it in any way shows `[redacted]`, and it cannot be encoded.
struct Secret: Sendable {
    private let value: String

    init(_ value: String) {
        self.value = value
    }

    /// The credential itself. Call it where the bytes leave for the wire and nowhere else.
    func reveal() -> String {
        value
    }

    /// Tells secrets apart where they must not be shown: the first eight hexadecimal digits of the SHA-256.
    var fingerprint: String {
        SHA256.digest(Array(value.utf8)).prefix(4).map { String(UInt16($0) + 256, radix: 16).suffix(2) }.joined()
    }
}

/// Compares configurations on reload. Not constant time: never decide on a caller's credential with it.
extension Secret: Equatable {}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "[redacted]" }
    var debugDescription: String { description }
    /// Without this `dump` and string interpolation of an enclosing type would show the stored value.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
