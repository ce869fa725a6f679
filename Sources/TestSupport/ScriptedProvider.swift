internal import Dispatch
internal import Glibc
internal import Synchronization

/// A provider that does what a script says: real TCP, HTTP/1.1, any split and any ending.
///
/// Stop it at the end of the test.
public final class ScriptedProvider: Sendable {
    public typealias Script = @Sendable (ScriptedRequest) -> ScriptedAnswer

    /// What happened, in order.
    public enum Event: Sendable {
        case received(ScriptedRequest)
        /// The client closed a connection before the answer was over.
        case closedByClient
    }

    public struct Failure: Error {
        let call: String
        let code: Int32
    }

    public let port: UInt16
    public let events: AsyncStream<Event>
    private let eventSource: AsyncStream<Event>.Continuation
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())

    private struct State {
        var requests: [ScriptedRequest] = []
        var connections: Set<Int32> = []
        var acceptedCount = 0
        var isStopped = false
    }

    /// Listens on a free port of the loopback address.
    public init(_ script: @escaping Script) throws(Failure) {
        self.script = script
        (events, eventSource) = AsyncStream.makeStream()
        (listener, port) = try Self.listen()
        let name = "scripted provider \(port)"
        DispatchQueue(label: name).async { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                guard admit(descriptor) else { continue }
                DispatchQueue(label: name).async { [self] in serve(descriptor) }
            }
        }
    }

    /// Gives every request the same answer.
    public convenience init(answer: ScriptedAnswer) throws(Failure) {
        try self.init { _ in answer }
    }

    /// As a vendor's own SDK takes it.
    public var baseURL: String { rootURL + "/v1" }
    public var rootURL: String { "http://127.0.0.1:\(port)" }
    public var requests: [ScriptedRequest] { state.withLock { $0.requests } }
    /// Connections accepted so far.
    public var connectionCount: Int { state.withLock { $0.acceptedCount } }

    /// Closes everything; threads end by themselves.
    public func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in connections { shutdown(descriptor, Int32(SHUT_RDWR)) }
        eventSource.finish()
    }

    private func admit(_ descriptor: Int32) -> Bool {
        let isAdmitted = state.withLock { state in
            guard !state.isStopped else { return false }
            state.connections.insert(descriptor)
            state.acceptedCount += 1
            return true
        }
        if !isAdmitted { close(descriptor) }
        return isAdmitted
    }

    private func serve(_ descriptor: Int32) {
        var connection = ScriptedConnection(descriptor: descriptor)
        while let request = connection.readRequest() {
            state.withLock { $0.requests.append(request) }
            eventSource.yield(.received(request))
            let goesOn = connection.write(script(request)) { eventSource.yield(.closedByClient) }
            if !goesOn { break }
        }
        // Closed under the lock: the number may be another connection's at once.
        state.withLock { state in
            state.connections.remove(descriptor)
            close(descriptor)
        }
    }

    private static func listen() throws(Failure) -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, length) == 0, Glibc.listen(descriptor, 128) == 0 else { return false }
                return getsockname(descriptor, address, &length) == 0
            }
        }
        guard result else {
            let code = errno
            close(descriptor)
            throw Failure(call: "listen", code: code)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
