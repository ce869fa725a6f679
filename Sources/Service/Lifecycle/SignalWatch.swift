internal import Dispatch
internal import Glibc
internal import Synchronization

/// Turns signals into calls on a dispatch queue.
final class SignalWatch: Sendable {
    private let sources: Mutex<[any DispatchSourceSignal]>

    /// Once this returns the signals no longer end the process by themselves, and none is missed.
    init(_ handlers: [(signal: Int32, action: @Sendable () -> Void)]) {
        let queue = DispatchQueue(label: "signals")
        var sources: [any DispatchSourceSignal] = []
        for (number, action) in handlers {
            let isRegistered = DispatchSemaphore(value: 0)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler(handler: action)
            // On Linux dispatch handles the signal itself from here on: until then it must keep its own effect.
            source.setRegistrationHandler { isRegistered.signal() }
            source.resume()
            isRegistered.wait()
            sources.append(source)
        }
        self.sources = Mutex(sources)
    }
}
