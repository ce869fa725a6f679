internal import Reactor
internal import Synchronization

/// The certificate that new connections get; nil for plain HTTP. Replaced on reload.
final class TLSSource: Sendable {
    private let context: Mutex<TLSContext?>

    init(_ context: TLSContext?) {
        self.context = Mutex(context)
    }

    var current: TLSContext? { context.withLock { $0 } }

    func replace(_ new: TLSContext) {
        context.withLock { $0 = new }
    }
}

/// Accepts the connections of one listener on one reactor.
final class Acceptor: DescriptorHandler, TimerHandler {
    private let listener: Listener
    private let tls: TLSSource
    /// Each keeps the other until `close`: a server that listens lives.
    private let shard: HTTPServerShard
    private var isClosed = false
    /// Connections accepted per turn: others' requests come in between.
    private static let batch = 64
    private static let pauseWhenExhausted: Duration = .milliseconds(100)

    init(listener: Listener, tls: TLSSource, shard: HTTPServerShard) {
        self.listener = listener
        self.tls = tls
        self.shard = shard
        watch()
    }

    func descriptorReady(_ events: DescriptorEvents) {
        for _ in 0..<Self.batch {
            switch listener.accept() {
            case .connection(let descriptor, let peer):
                shard.open(descriptor, peer: peer, tls: tls.current)
            case .none:
                return
            case .exhausted:
                // Still readable, so the loop would spin: look again when something may have been freed.
                shard.reactor.unwatch(listener.descriptor)
                _ = shard.reactor.setTimer(after: Self.pauseWhenExhausted, handler: self)
                return
            }
        }
    }

    func timerFired(tag: Int) {
        if !isClosed { watch() }
    }

    /// Takes in what already waits, then closes the listener.
    func close() {
        descriptorReady(.readable)
        isClosed = true
        shard.reactor.unwatch(listener.descriptor)
        listener.closeDescriptor()
    }

    private func watch() {
        do {
            try shard.reactor.watch(listener.descriptor, for: .read, handler: self)
        } catch {
            _ = shard.reactor.setTimer(after: Self.pauseWhenExhausted, handler: self)
        }
    }
}
