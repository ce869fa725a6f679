internal import CLinux
internal import Glibc
internal import Synchronization

/// Finds the addresses of host names with the system's resolver, off the reactors, which it would block.
///
/// Look-ups of a name that is already being looked up join that one: however often it is asked for, a resolver that
/// hangs holds one thread per name.
public final class NameResolver: Sendable {
    public struct Failure: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// In the system's order of preference, never empty.
    public typealias Answer = Result<[SocketAddress], Failure>

    private struct Waiter: Sendable {
        let reactor: Reactor
        let completion: @Sendable (Answer) -> Void
    }

    private let waiting = Mutex<[String: [Waiter]]>([:])
    private let lookUp: @Sendable (String) -> Answer

    public convenience init() {
        self.init(lookUp: Self.ask)
    }

    /// - Parameter lookUp: finds a name's addresses, and may block.
    init(lookUp: @escaping @Sendable (String) -> Answer) {
        self.lookUp = lookUp
    }

    /// Calls back on `reactor`. The addresses have port 0.
    public func resolve(_ host: String, on reactor: Reactor, _ completion: @escaping @Sendable (Answer) -> Void) {
        let isFirst = waiting.withLock { waiting in
            waiting[host, default: []].append(Waiter(reactor: reactor, completion: completion))
            return waiting[host]?.count == 1
        }
        guard isFirst else { return }
        BlockingWork.start { [self] in
            let answer = lookUp(host)
            let waiters = waiting.withLock { $0.removeValue(forKey: host) } ?? []
            for waiter in waiters { waiter.reactor.submit { waiter.completion(answer) } }
        }
    }

    @Sendable private static func ask(_ host: String) -> Answer {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            let reason = unsafe gai_strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
            return .failure(Failure(description: "\(host) cannot be resolved: \(reason)"))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = unsafe list
        while let current = unsafe entry {
            if let address = unsafe SocketAddress(current.pointee) { addresses.append(address) }
            unsafe entry = current.pointee.ai_next
        }
        guard !addresses.isEmpty else { return .failure(Failure(description: "\(host) has no address")) }
        return .success(addresses)
    }
}

extension SocketAddress {
    /// Nil for families other than IPv4 and IPv6.
    fileprivate init?(_ entry: addrinfo) {
        var storage = sockaddr_storage()
        let length = unsafe Int(entry.ai_addrlen)
        guard let address = unsafe entry.ai_addr, length <= MemoryLayout<sockaddr_storage>.size else { return nil }
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: address, count: length))
        }
        self.init(storage)
    }
}
