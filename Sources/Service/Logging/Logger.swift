internal import HubCore

/// Writes events of the process itself. No secrets and no prompts: callers pass only names and numbers.
struct Logger: Sendable {
    let level: LogLevel
    let format: LogFormat
    let writer: LogWriter
    let clock: any TimeSource

    func isEnabled(_ level: LogLevel) -> Bool {
        level.severity >= self.level.severity
    }

    func log(_ level: LogLevel, _ event: StaticString, _ fields: (StaticString, String?)...) {
        guard isEnabled(level) else { return }
        var line = LogLine(level, event, wallNanoseconds: clock.wallNanoseconds, format: format)
        for (name, value) in fields { line.add(name, value) }
        var bytes: [UInt8] = []
        line.finish(into: &bytes)
        writer.append(bytes)
    }
}

extension LogLevel {
    fileprivate var severity: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warn: 2
        case .error: 3
        }
    }
}
