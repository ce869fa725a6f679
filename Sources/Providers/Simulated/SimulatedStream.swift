internal import Dialects
internal import HubCore
internal import Wire

/// One simulated stream: frames events, and reads them back as a real answer is read.
final class SimulatedStream: StreamFlow {
    private let receiver: any StreamReceiver
    private var decoder = OpenAIStreamDecoder(provider: "simulated")
    private var frame: [UInt8] = []
    private var isPaused = false
    private var waiting: CheckedContinuation<Void, Never>?

    init(receiver: any StreamReceiver) {
        self.receiver = receiver
        receiver.attach(self)
    }

    func pause() { isPaused = true }

    func resume() {
        isPaused = false
        waiting?.resume()
        waiting = nil
    }

    /// Back-pressure: a slow client, or one that has gone, which resumes too.
    func waitWhilePaused() async {
        guard isPaused else { return }
        await withCheckedContinuation { waiting = $0 }
    }

    func send(_ data: [UInt8]) throws(HubError) {
        frame.removeAll(keepingCapacity: true)
        SSEWriter.append(data: data, to: &frame)
        try read()
    }

    func sendEnd() {
        frame = Array("data: [DONE]\n\n".utf8)
        frame.withUnsafeBytes { decoder.feed($0) }
    }

    func finish() throws(HubError) {
        try drain()
        if let last = try decoder.finish() { receiver.receive(last) }
    }

    private func read() throws(HubError) {
        frame.withUnsafeBytes { decoder.feed($0) }
        try drain()
    }

    private func drain() throws(HubError) {
        while let chunk = try decoder.next() { receiver.receive(chunk) }
    }
}
