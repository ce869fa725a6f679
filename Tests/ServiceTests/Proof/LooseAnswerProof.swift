import Dialects
import TestSupport
import Wire

/// Answers of Gemini whose requests are not known, some made by hand to hold what is rare: that they are read as what their
/// names say, the same however they are cut.
enum LooseAnswerProof {
    static func problems(_ file: ResponsesOnly) -> [String] {
        // The answer to a count.
        if let count = try? JSONDocument.parse(file.body).root["totalTokens"], count.int != nil { return [] }
        let read = result([file.body[...]], file)
        if file.isStream {
            let bytes = result(file.body.indices.map { file.body[$0...$0] }, file)
            if bytes != read { return ["differs in single bytes"] }
        }
        switch read {
        case .failure: return file.isFailure && !isAnswer(file) ? [] : ["\(read)"]
        case .success(let lines):
            if file.isFailure, !isAnswer(file) { return ["the failure was not found: \(lines)"] }
            return lines.isEmpty ? ["says nothing"] : []
        }
    }

    /// Failures by their names, but answers all the same: what was blocked says so, and reasons to end that nobody knows yet
    /// are reasons.
    private static let answers: Set<String> = [
        "finish-reason-safety", "finish-reason-safety-no-content", "only-prompt-feedback", "prompt-blocked-safety",
        "prompt-blocked-safety-with-message", "recitation-no-content", "unknown-enum-finish-reason",
        "unknown-enum-prompt-blocked", "unknown-finish-enum", "with-message-no-content",
    ]

    private static func isAnswer(_ file: ResponsesOnly) -> Bool {
        guard let name = file.name.split(separator: "-failure-").last?.split(separator: ".").first else { return false }
        return answers.contains(String(name))
    }

    private enum Reading: Equatable {
        case success([String])
        case failure(String)
    }

    private static func result(_ pieces: [ArraySlice<UInt8>], _ file: ResponsesOnly) -> Reading {
        do throws(HubError) {
            let answer =
                file.isStream
                ? try DialectForm.said(.gemini, pieces)
                : try DialectForm.said(.gemini, file.body, isStream: false)
            return .success(ChatSummary.lines(of: answer))
        } catch {
            return .failure(error.message)
        }
    }
}
