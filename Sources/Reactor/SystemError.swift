internal import CLinux
internal import Glibc

/// A failed system call: its name and errno.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    public let call: String
    public let code: Int32

    public init(_ call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The calling thread's errno.
    public init(_ call: String) {
        self.init(call, code: clinux_errno())
    }

    public var description: String {
        let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return "\(call): \(text)"
    }
}
