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
        case .failure: return file.isFailure ? [] : ["\(read)"]
        // What was blocked, or cut, is an answer that says so.
        case .success(let lines):
            let isError = (try? JSONDocument.parse(file.body).root["error"]) != nil
            return lines.isEmpty ? ["says nothing"] : isError ? ["the error was not found"] : []
        }
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
