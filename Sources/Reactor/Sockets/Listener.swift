internal import CLinux
internal import Glibc

/// A listening TCP socket, non-blocking, with SO_REUSEPORT so that every reactor can have its own.
public struct Listener: Sendable {
    public let descriptor: Int32
    /// With the port the kernel chose, if it was asked to.
    public let address: SocketAddress

    public enum Accepted {
        case connection(Int32, SocketAddress)
        case none
        /// The process or the system is out of descriptors or memory: accept again later.
        case exhausted(SystemError)
    }

    /// - Parameter isFirst: fails if the port is taken, also by another process that shares its port.
    public init(_ wanted: SocketAddress, isFirst: Bool = false, backlog: Int32 = 4096) throws(SystemError) {
        let family = wanted.isIPv4 ? AF_INET : AF_INET6
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        do throws(SystemError) {
            try Self.set(SO_REUSEADDR, on: descriptor)
            if !isFirst { try Self.set(SO_REUSEPORT, on: descriptor) }
            let bound = unsafe wanted.withSocketAddress { unsafe bind(descriptor, $0, $1) }
            guard bound == 0 else { throw SystemError("bind to \(wanted)") }
            if isFirst { try Self.set(SO_REUSEPORT, on: descriptor) }
            guard listen(descriptor, backlog) == 0 else { throw SystemError("listen on \(wanted)") }
            address = try Self.localAddress(of: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    public func accept() -> Accepted {
        while true {
            var peer = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let result = unsafe clinux_accept(descriptor, &peer, &length)
            if result >= 0 {
                return .connection(result, SocketAddress(peer) ?? address)
            }
            switch -result {
            case EAGAIN: return .none
            // The peer gave up while it waited, or a signal came: take the next.
            case ECONNABORTED, EINTR, EPROTO: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted(SystemError("accept", code: -result))
            default: return .none
            }
        }
    }

    public func closeDescriptor() {
        close(descriptor)
    }

    private static func set(_ option: Int32, on descriptor: Int32) throws(SystemError) {
        var one: Int32 = 1
        let result = unsafe setsockopt(descriptor, SOL_SOCKET, option, &one, socklen_t(MemoryLayout<Int32>.size))
        guard result == 0 else { throw SystemError("setsockopt") }
    }

    private static func localAddress(of descriptor: Int32) throws(SystemError) -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(descriptor, $0, &length) }
        }
        guard result == 0, let address = SocketAddress(storage) else { throw SystemError("getsockname") }
        return address
    }
}
