/// Answers of Gemini without their requests: files of `shared/fixtures/responses_only`, as the README there describes them.
/// Never part of the repository.
public struct ResponsesOnly: Sendable {
    public let name: String
    public let body: [UInt8]
    public let isStream: Bool
    /// An error, a blocked answer, or something that no provider should send.
    public let isFailure: Bool

    public static var all: [ResponsesOnly] {
        ["googleai", "vertexai"].flatMap { folder in
            RecordedInteractions.files(beside: "responses_only/firebase/\(folder)").map { file in
                ResponsesOnly(
                    name: "\(folder)/\(file.name)", body: file.bytes, isStream: file.name.hasPrefix("streaming"),
                    isFailure: file.name.contains("-failure-"))
            }
        }
    }
}
