import Dialects
import Foundation
import Testing
import Wire

/// One input, one expected output per form: `Golden/<form>/<scenario>.in` and `.out`.
///
/// With `UPDATE_GOLDEN=1` the outputs are written instead of compared: read them before committing.
struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden")

    private static func scenarios(_ form: String) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(form).path)
        return (names ?? []).filter { $0.hasSuffix(".in") }.map { String($0.dropLast(3)) }.sorted()
    }

    private func check(_ form: String, _ scenario: String, render: ([UInt8]) throws -> [UInt8]) throws {
        let base = Self.folder.appendingPathComponent(form).appendingPathComponent(scenario)
        let output = try render([UInt8](Data(contentsOf: base.appendingPathExtension("in"))))
        let file = base.appendingPathExtension("out")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil { try Data(output).write(to: file) }
        #expect(output.text == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    private func metadata(_ usage: TokenUsage?) -> AnswerMetadata {
        var metadata = AnswerMetadata()
        metadata.requestID = "req_1"
        metadata.traceID = "0af7651916cd43dd8448eb211c80319c"
        metadata.provider = "acme"
        metadata.model = "model-1"
        metadata.routeReason = "explicit"
        metadata.latencyMilliseconds = 12.3456
        metadata.providerLatencyMilliseconds = 10
        metadata.usage = usage
        metadata.costNanoDollars = usage == nil ? nil : 2550
        metadata.attempts = [
            AttemptRecord(
                attemptID: "att_1", provider: "acme", model: "model-1", outcome: .success, status: 200,
                latencyMilliseconds: 10)
        ]
        return metadata
    }

    @Test(arguments: scenarios("UnifiedResponse"))
    func `the hub's own answer`(scenario: String) throws {
        try check("UnifiedResponse", scenario) { input in
            let response = try OpenAIResponse.parse(input, provider: "acme")
            return UnifiedResponse.render(
                response, id: "chatcmpl-1", created: 1_767_225_600, metadata: metadata(response.usage))
        }
    }

    @Test(arguments: scenarios("UnifiedStream"))
    func `the hub's own stream`(scenario: String) throws {
        try check("UnifiedStream", scenario) { input in
            let (chunks, failure) = decode([input])
            var output: [UInt8] = []
            for chunk in chunks {
                UnifiedStream.append(
                    chunk, id: "chatcmpl-1", created: 1_767_225_600, model: "model-1", provider: "acme", to: &output)
            }
            if let failure {
                UnifiedStream.append(failure, requestID: "req_1", to: &output)
            } else {
                UnifiedStream.appendUsage(
                    id: "chatcmpl-1", created: 1_767_225_600, metadata: metadata(chunks.compactMap(\.usage).last),
                    to: &output)
            }
            return output
        }
    }

    @Test(arguments: scenarios("TextCompletion"))
    func `the legacy text completion`(scenario: String) throws {
        try check("TextCompletion", scenario) { input in
            let request = try TextCompletionRequest.parse(
                parsed(#"{"model":"model-1","prompt":["Say ","And "],"n":2,"echo":true}"#))
            let response = try OpenAIResponse.parse(input, provider: "acme")
            return TextCompletionResponse.render(
                [response, response], request: request, id: "cmpl-1", created: 1_767_225_600,
                metadata: metadata(response.usage), hub: true)
        }
    }

    @Test(arguments: scenarios("TextCompletionStream"))
    func `the legacy text completion's stream`(scenario: String) throws {
        try check("TextCompletionStream", scenario) { input in
            let request = try TextCompletionRequest.parse(
                parsed(#"{"model":"model-1","prompt":["a","b"],"n":2,"stream":true}"#))
            var output: [UInt8] = []
            var offsets: [Int: Int] = [:]
            TextCompletionResponse.appendEcho(
                "b", index: 2, id: "cmpl-1", created: 1_767_225_600, model: "model-1", offsets: &offsets, to: &output)
            let (chunks, _) = decode([input])
            for chunk in chunks {
                TextCompletionResponse.append(
                    chunk, position: 1, request: request, id: "cmpl-1", created: 1_767_225_600, model: "model-1",
                    offsets: &offsets, to: &output)
            }
            TextCompletionResponse.appendUsage(
                id: "cmpl-1", created: 1_767_225_600, metadata: metadata(chunks.compactMap(\.usage).last), hub: false,
                to: &output)
            return output
        }
    }
}
