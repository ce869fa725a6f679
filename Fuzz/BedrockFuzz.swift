// modules: Wire Dialects
// sources: Sources/TestSupport/Forms Fuzz/Dialects
import Dialects
import Wire

/// Frames are not guessed: each line, an event's name, a space and its payload, becomes one.
private func framed(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
        let name = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
        let kind = name.hasSuffix("Exception") ? "exception" : "event"
        EventStreamWriter.append(
            EventStreamMessage(
                headers: [.init(":\(kind)-type", .string(name)), .init(":message-type", .string(kind))],
                payload: Array(line.drop { $0 != UInt8(ascii: " ") }.dropFirst())), to: &out)
    }
    return out
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> Int32 {
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: data, count: size))
    DialectFuzz.check(.bedrock, bytes)
    DialectFuzz.check(.bedrock, framed(bytes))
    return 0
}
