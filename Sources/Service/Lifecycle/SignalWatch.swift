internal import Dispatch
internal import Glibc
internal import Synchronization

/// Turns signals into calls on a dispatch queue.
final class SignalWatch: Sendable {
    private let sources: Mutex<[any DispatchSourceSignal]>

    /// The signals no longer end the process by themselves.
    init(_ handlers: [(signal: Int32, action: @Sendable () -> Void)]) {
        let queue = DispatchQueue(label: "signals")
        var sources: [any DispatchSourceSignal] = []
        for (number, action) in handlers {
            Glibc.signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: action)
            source.resume()
            sources.append(source)
        }
        self.sources = Mutex(sources)
    }
}
