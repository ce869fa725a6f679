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
}

/// Compares configurations on reload. Not constant time: never decide on a caller's credential with it.
extension Secret: Equatable {}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "[redacted]" }
    var debugDescription: String { description }
    /// Without this `dump` and string interpolation of an enclosing type would show the stored value.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
