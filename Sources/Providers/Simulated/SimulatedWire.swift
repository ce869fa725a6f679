internal import Dialects
internal import Wire

/// Writes simulated answers as an OpenAI-form server would send them. Streams then take the same way as real ones.
enum SimulatedWire {
    static func whole(_ answer: SimulatedAnswer, model: String, created: Int) -> [UInt8] {
        var writer = JSONWriter(reserving: 512 + answer.textBytes)
        begin("chat.completion", answer, model, created, &writer)
        for index in 0..<answer.choiceCount { writeChoice(answer, index, &writer) }
        writer.endArray()
        writeUsage(answer, &writer)
        writer.endObject()
        return writer.bytes
    }

    /// The events of a stream, without their timing: role, one per token or call, finish, usage.
    static func events(_ answer: SimulatedAnswer, model: String, created: Int) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for index in 0..<answer.choiceCount {
            events.append(event(answer, model, created, index) { $0.raw(#"{"role":"assistant","content":""}"#) })
        }
        switch answer.content {
        case .text(let text):
            for position in 0..<text.count {
                for index in 0..<answer.choiceCount {
                    events.append(
                        event(answer, model, created, index) { writer in
                            writer.verbatim(#"{"content":"#)
                            text.token(position).withUnsafeBytes { writer.string(utf8: $0) }
                            writer.verbatim("}")
                        })
                }
            }
        case .toolCalls(let calls):
            for index in 0..<answer.choiceCount {
                for (position, call) in calls.enumerated() {
                    events += toolEvents(answer, call, position, model, created, index)
                }
            }
        }
        for index in 0..<answer.choiceCount {
            events.append(event(answer, model, created, index, finish: answer.finishReason) { $0.raw("{}") })
        }
        events.append(usageEvent(answer, model, created))
        return events
    }

    /// Name first, then the arguments: as OpenAI sends them.
    private static func toolEvents(
        _ answer: SimulatedAnswer, _ call: (name: String, arguments: [UInt8]), _ position: Int, _ model: String,
        _ created: Int, _ index: Int
    ) -> [[UInt8]] {
        let head = event(answer, model, created, index) { writer in
            writeToolDelta(&writer) { writer in
                writer.member("index", position)
                writer.member("id", callID(answer, position))
                writer.member("type", "function")
                writer.key("function")
                writer.beginObject()
                writer.member("name", call.name)
                writer.member("arguments", "")
                writer.endObject()
            }
        }
        let arguments = event(answer, model, created, index) { writer in
            writeToolDelta(&writer) { writer in
                writer.member("index", position)
                writer.key("function")
                writer.beginObject()
                writer.member("arguments", String(decoding: call.arguments, as: UTF8.self))
                writer.endObject()
            }
        }
        return [head, arguments]
    }

    private static func writeToolDelta(_ writer: inout JSONWriter, _ body: (inout JSONWriter) -> Void) {
        writer.beginObject()
        writer.key("tool_calls")
        writer.beginArray()
        writer.beginObject()
        body(&writer)
        writer.endObject()
        writer.endArray()
        writer.endObject()
    }

    private static func event(
        _ answer: SimulatedAnswer, _ model: String, _ created: Int, _ index: Int, finish: StaticString? = nil,
        delta: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        begin("chat.completion.chunk", answer, model, created, &writer)
        writer.verbatim(#"{"index":"#)
        writer.int(index)
        writer.verbatim(#","delta":"#)
        delta(&writer)
        writer.verbatim(#","finish_reason":"#)
        if let finish { writer.string(finish) } else { writer.null() }
        writer.verbatim("}]}")
        return writer.bytes
    }

    private static func usageEvent(_ answer: SimulatedAnswer, _ model: String, _ created: Int) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        begin("chat.completion.chunk", answer, model, created, &writer)
        writer.endArray()
        writeUsage(answer, &writer)
        writer.endObject()
        return writer.bytes
    }

    /// Up to the beginning of the choices.
    private static func begin(
        _ object: StaticString, _ answer: SimulatedAnswer, _ model: String, _ created: Int, _ writer: inout JSONWriter
    ) {
        writer.bytes.append(room: 128 + object.utf8CodeUnitCount) { out in
            out.put(#"{"id":"chatcmpl-"#)
            out.hex(answer.id, digits: 16)
            out.hex(answer.id &* 0x9E37_79B9_7F4A_7C15, digits: 16)
            out.put(#"","object":""#)
            out.put(object)
            out.put(#"","created":"#)
            out.decimal(UInt64(created))
            out.put(#","model":"#)
        }
        writer.string(model)
        writer.verbatim(#","choices":["#)
    }

    private static func writeChoice(_ answer: SimulatedAnswer, _ index: Int, _ writer: inout JSONWriter) {
        if index > 0 { writer.verbatim(",") }
        writer.bytes.append(room: 96) { out in
            out.put(#"{"index":"#)
            out.decimal(UInt64(index))
            out.put(#","message":{"role":"assistant","content":"#)
        }
        switch answer.content {
        case .text(let text):
            text.write(to: &writer)
        case .toolCalls(let calls):
            writer.null()
            writer.key("tool_calls")
            writer.beginArray()
            for (position, call) in calls.enumerated() {
                writer.beginObject()
                writer.member("id", callID(answer, position))
                writer.member("type", "function")
                writer.key("function")
                writer.beginObject()
                writer.member("name", call.name)
                writer.member("arguments", String(decoding: call.arguments, as: UTF8.self))
                writer.endObject()
                writer.endObject()
            }
            writer.endArray()
        }
        writer.verbatim(#"},"finish_reason":"#)
        writer.string(answer.finishReason)
        writer.verbatim("}")
    }

    private static func writeUsage(_ answer: SimulatedAnswer, _ writer: inout JSONWriter) {
        writer.bytes.append(room: 128) { out in
            out.put(#","usage":{"prompt_tokens":"#)
            out.decimal(UInt64(answer.usage.promptTotal))
            out.put(#","completion_tokens":"#)
            out.decimal(UInt64(answer.usage.completionTotal))
            out.put(#","total_tokens":"#)
            out.decimal(UInt64(answer.usage.total))
            out.put("}")
        }
    }

    /// `call_` and 24 hex digits.
    private static func callID(_ answer: SimulatedAnswer, _ position: Int) -> String {
        var out: [UInt8] = []
        out.append("call_")
        out.appendHex(answer.id & 0xFFFF_FFFF, minimumDigits: 8)
        out.appendHex(UInt64(position), minimumDigits: 16)
        return String(decoding: out, as: UTF8.self)
    }
}
