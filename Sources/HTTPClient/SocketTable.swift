import CCurl
import Reactor

/// libcurl's sockets watched on a reactor, by descriptor.
struct SocketTable {
    private var watches: [SocketWatch?] = []

    /// - Parameter interest: empty to stop watching, as libcurl asks before it closes a socket.
    mutating func set(
        _ socket: curl_socket_t, _ interest: DescriptorInterest, on reactor: Reactor, loop: TransferLoop
    ) throws(SystemError) {
        let watch = watch(socket, loop)
        guard watch.interest != interest else { return }
        if interest.isEmpty {
            reactor.unwatch(socket)
        } else if watch.interest.isEmpty {
            try reactor.watch(socket, for: interest, handler: watch)
        } else {
            reactor.update(socket, for: interest)
        }
        watch.interest = interest
    }

    mutating func unwatchAll(on reactor: Reactor) {
        for case let watch? in watches where !watch.interest.isEmpty { reactor.unwatch(watch.socket) }
        watches.removeAll()
    }

    private mutating func watch(_ socket: curl_socket_t, _ loop: TransferLoop) -> SocketWatch {
        let index = Int(socket)
        while watches.count <= index { watches.append(nil) }
        if let watch = watches[index] { return watch }
        let watch = SocketWatch(socket, loop)
        watches[index] = watch
        return watch
    }
}

/// Passes a socket's events to libcurl.
final class SocketWatch: DescriptorHandler {
    let socket: curl_socket_t
    fileprivate(set) var interest: DescriptorInterest = []
    /// The loop owns the watch and unwatches it before it goes.
    private unowned let loop: TransferLoop

    fileprivate init(_ socket: curl_socket_t, _ loop: TransferLoop) {
        self.socket = socket
        self.loop = loop
    }

    func descriptorReady(_ events: DescriptorEvents) {
        var flags: Int32 = 0
        if !events.isDisjoint(with: [.readable, .readHangUp, .hangUp]) { flags |= CURL_CSELECT_IN }
        if events.contains(.writable) { flags |= CURL_CSELECT_OUT }
        if events.contains(.error) { flags |= CURL_CSELECT_ERR }
        loop.drive(socket, flags)
    }
}
