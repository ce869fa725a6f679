import TestSupport
import Testing
import Wire

@testable import Service

struct LogTests {
    private static func line(_ format: LogFormat, _ value: String?) -> String {
        var line = LogLine(.warn, "hub.test", wallNanoseconds: 1_767_225_600_123_456_789, format: format)
        line.add("name", value)
        line.add("count", -3)
        line.add("took_ms", nanoseconds: 1_234_567)
        line.add("nothing", nil)
        var bytes: [UInt8] = []
        line.finish(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a line in text has its time, level, event and fields`() {
        #expect(
            Self.line(.text, "value") == "2026-01-01T00:00:00.123Z warn hub.test name=value count=-3 took_ms=1.234\n")
    }

    @Test func `a line in JSON has the same`() {
        #expect(
            Self.line(.json, "value")
                == #"{"ts":"2026-01-01T00:00:00.123Z","level":"warn","event":"hub.test","name":"value","count":-3,"#
                + #""took_ms":1.234}"# + "\n")
    }

    @Test(arguments: ["a b", "a\nlevel=error", "a\"b", "\u{1b}[31m", "a\u{7f}"], [LogFormat.text, .json])
    func `a value from outside stays one value on one line`(value: String, format: LogFormat) throws {
        let line = Self.line(format, value)
        #expect(line.utf8.filter { $0 == 0x0a }.count == 1)
        #expect(!line.utf8.contains(0x1b))
        switch format {
        case .json: #expect(try JSONDocument.parse(Array(line.utf8)).root["name"]?.string == value)
        case .text: #expect(line.contains(" name=\"") && line.hasSuffix("\" count=-3 took_ms=1.234\n"))
        }
    }

    @Test(arguments: [(LogLevel.debug, 4), (.info, 3), (.warn, 2), (.error, 1)])
    func `lines below the level are not written`(level: LogLevel, count: Int) throws {
        let pipe = try LogPipe()
        let reading = pipe.read()
        let logger = Logger(
            level: level, format: .text, writer: LogWriter(descriptor: pipe.writeEnd), clock: ManualClock())
        let levels: [LogLevel] = [.debug, .info, .warn, .error]
        for level in levels {
            logger.log(level, "hub.test", ("of", level.rawValue))
        }
        logger.writer.flush()
        pipe.close()
        #expect(reading.lines().map { $0.split(separator: "=").last } == levels.suffix(count).map { $0.rawValue[...] })
        #expect(levels.map(logger.isEnabled) == levels.indices.map { $0 >= 4 - count })
    }

    @Test func `what a reader does not take is bounded, dropped in whole lines and counted`() throws {
        let pipe = try LogPipe()
        let writer = LogWriter(descriptor: pipe.writeEnd)
        // Nobody reads yet. What is being written does not count as waiting, so one piece more may be kept.
        let piece = 1 << 20
        for number in 0..<20 {
            writer.append(Array("\(number)-".utf8) + [UInt8](repeating: 0x78, count: piece - 4) + [0x0a])
        }
        let reading = pipe.read()
        writer.flush()
        pipe.close()
        let lines = reading.lines()
        let kept = lines.compactMap { $0.hasPrefix("{") ? nil : $0.split(separator: "-").first.flatMap { Int($0) } }
        let told = try lines.filter { $0.hasPrefix("{") }.map { try JSONDocument.parse(Array($0.utf8)).root }
        #expect((7...17).contains(kept.count))
        #expect(kept == kept.sorted())
        #expect(told.allSatisfy { $0["event"]?.string == "log.dropped" && $0["level"]?.string == "warn" })
        let dropped = told.reduce(0) { $0 + ($1["bytes"]?.int ?? 0) }
        let droppedLines = Set(0..<20).subtracting(kept)
        #expect(!droppedLines.isEmpty)
        #expect(dropped == droppedLines.reduce(0) { $0 + "\($1)-".utf8.count + piece - 3 })
    }
}
