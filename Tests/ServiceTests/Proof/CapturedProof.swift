import Dialects
import TestSupport
import Wire

/// Requests and answers that were captured at several providers, read in their dialect.
enum CapturedProof {
    static func problems(_ capture: ParallelCaptures.Capture, _ dialect: WireDialect) -> [String] {
        do throws(HubError) {
            if capture.part.hasSuffix("request") {
                let request = try DialectForm.request(dialect, capture.value)
                return request.messages.isEmpty ? ["no messages"] : []
            }
            let answer = try DialectForm.said(dialect, body(capture, dialect), isStream: isStream(capture))
            if !answer.choices.contains(where: { $0.finish.native != nil }) { return ["no reason to finish"] }
            // In OpenAI's streams it is there if it was asked for.
            return answer.usage == nil && !isStream(capture) ? ["no usage"] : []
        } catch {
            return capture.part == "error" ? [] : ["\(error)"]
        }
    }

    /// Some streams are a whole answer after all.
    private static func isStream(_ capture: ParallelCaptures.Capture) -> Bool {
        capture.part.hasSuffix("streaming") && capture.value.count > 1
    }

    private static func body(_ capture: ParallelCaptures.Capture, _ dialect: WireDialect) -> [UInt8] {
        guard isStream(capture) else { return written(capture.value[index: 0] ?? capture.value) }
        var out: [UInt8] = []
        for event in capture.value.elements {
            if dialect == .bedrock, let (name, payload) = event.members.first(where: { $0.value.isObject }) {
                out += BedrockPairAnswers.frame(name.string, String(decoding: written(payload), as: UTF8.self))
            } else {
                SSEWriter.append(data: written(event), to: &out)
            }
        }
        return out
    }

    private static func written(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }
}
