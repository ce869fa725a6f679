internal import CLinux
internal import Glibc

/// A TCP connection to a server that is being opened without waiting.
public enum OutgoingConnection {
    /// Begins. The descriptor, non-blocking and the caller's, becomes writable when the attempt has ended; `failure`
    /// then tells how.
    public static func start(to address: SocketAddress) throws(SystemError) -> Int32 {
        let family = address.isIPv4 ? AF_INET : AF_INET6
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        let result = unsafe address.withSocketAddress { unsafe connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            let failure = SystemError("connect to \(address)")
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    /// Why an attempt that has ended came to nothing; nil if the connection is open.
    public static func failure(of descriptor: Int32) -> SystemError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
            return SystemError("getsockopt")
        }
        return code == 0 ? nil : SystemError("connect", code: code)
    }
}
