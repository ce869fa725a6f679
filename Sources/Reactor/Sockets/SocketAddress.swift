internal import CLinux
internal import Glibc

/// An IPv4 or IPv6 address with a port. IPv4 is kept in its IPv4-mapped IPv6 form.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The 16 address bytes in network order.
    public let high: UInt64
    public let low: UInt64
    public let port: UInt16

    private static let mappedPrefix: UInt64 = 0xffff_0000_0000

    public var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

    public var isLoopback: Bool {
        isIPv4 ? (low >> 24) & 0xff == 127 : high == 0 && low == 1
    }

    /// A copy for another port.
    public func with(port: UInt16) -> SocketAddress {
        SocketAddress(high: high, low: low, port: port)
    }

    /// - Parameters:
    ///   - high: the first eight address bytes; IPv4 in its mapped form.
    ///   - low: the last eight.
    public init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    /// Parses a literal address; nil for host names.
    public init?(literal: String, port: UInt16) {
        var four = in_addr()
        var six = in6_addr()
        if unsafe inet_pton(AF_INET, literal, &four) == 1 {
            self.init(high: 0, low: Self.mappedPrefix | UInt64(UInt32(bigEndian: four.s_addr)), port: port)
        } else if unsafe inet_pton(AF_INET6, literal, &six) == 1 {
            self.init(six, port: port)
        } else {
            return nil
        }
    }

    private init(_ address: in6_addr, port: UInt16) {
        let words = unsafe withUnsafeBytes(of: address) { bytes in
            unsafe (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1), port: port)
    }

    /// Nil for families other than IPv4 and IPv6.
    init?(_ storage: sockaddr_storage) {
        let parsed: SocketAddress? = unsafe withUnsafePointer(to: storage) { pointer in
            switch Int32(unsafe pointer.pointee.ss_family) {
            case AF_INET:
                let address = unsafe UnsafeRawPointer(pointer).load(as: sockaddr_in.self)
                let low = Self.mappedPrefix | UInt64(UInt32(bigEndian: address.sin_addr.s_addr))
                return SocketAddress(high: 0, low: low, port: UInt16(bigEndian: address.sin_port))
            case AF_INET6:
                let address = unsafe UnsafeRawPointer(pointer).load(as: sockaddr_in6.self)
                return SocketAddress(address.sin6_addr, port: UInt16(bigEndian: address.sin6_port))
            default:
                return nil
            }
        }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Calls `body` with the address as the kernel wants it.
    func withSocketAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        if isIPv4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: low).bigEndian
            return unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
            unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    /// The address without its port: `127.0.0.1` or `::1`.
    public var addressText: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isIPv4 {
            var four = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
            _ = unsafe inet_ntop(AF_INET, &four, &text, socklen_t(text.count))
        } else {
            var six = in6_addr()
            unsafe withUnsafeMutableBytes(of: &six) { bytes in
                unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
                unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            _ = unsafe inet_ntop(AF_INET6, &six, &text, socklen_t(text.count))
        }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    public var description: String {
        isIPv4 ? "\(addressText):\(port)" : "[\(addressText)]:\(port)"
    }
}
