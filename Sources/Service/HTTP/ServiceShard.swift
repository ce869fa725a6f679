internal import Reactor
internal import Wire

/// What the service keeps per reactor, so that requests share nothing.
///
/// `@unchecked Sendable`: used on its reactor only.
final class ServiceShard: EndOfTurnHandler, @unchecked Sendable {
    let index: Int
    var random: RandomSource
    private let reactor: Reactor
    private let log: LogWriter
    private var lines: [UInt8] = []

    init(reactor: Reactor, log: LogWriter, seed: UInt64) {
        self.reactor = reactor
        self.log = log
        index = reactor.index
        random = RandomSource(seed: seed)
    }

    /// A generator of its own for one request.
    func split() -> RandomSource {
        RandomSource(seed: random.next())
    }

    /// Adds log lines; they leave together at the end of the reactor's turn.
    func appendLog(_ write: (inout [UInt8]) -> Void) {
        if lines.isEmpty { reactor.atEndOfTurn(self) }
        write(&lines)
    }

    func endOfTurn() {
        log.append(lines)
        lines.removeAll(keepingCapacity: lines.capacity <= 16 << 10)
    }
}
