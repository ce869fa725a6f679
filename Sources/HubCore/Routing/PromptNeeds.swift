internal import Dialects
internal import Wire

/// What a request needs of a target, found out when somebody asks. Belongs to one decision.
final class PromptNeeds {
    private let request: CompletionRequest
    /// Nil: no chat, or one that its adapter will refuse.
    private lazy var chat = try? request.canonical()

    init(_ request: CompletionRequest) {
        self.request = request
    }

    /// Estimated tokens of the prompt.
    private(set) lazy var tokens: Int = chat.map { TokenEstimate.input(of: $0, model: request.model) } ?? 1

    /// The prompt may have more tokens than this window holds. Cheap: no part of a body counts for more than twenty
    /// tokens per byte, the URL of an image included.
    func mayExceed(_ window: Int) -> Bool {
        !request.earlierItems.isEmpty
            || request.body.documentBytes.multipliedReportingOverflow(by: 20).partialValue > window
    }

    /// The longest output that may be paid for.
    func output(of model: ModelEntry) -> Int {
        min(wantedOutput, model.maximumOutputTokens ?? .max)
    }

    private lazy var wantedOutput = chat?.maximumOutputTokens ?? 4096

    /// In the words of the catalogue.
    private(set) lazy var capabilities: [String] = {
        guard let chat else { return request.dialect == .embeddings ? ["embeddings"] : [] }
        var needs: Set<String> = []
        if !chat.tools.isEmpty { needs.insert("tools") }
        if case .jsonSchema = chat.responseFormat { needs.insert("structured_output") }
        if chat.modalities.contains("audio") { needs.insert("audio_output") }
        for message in chat.messages {
            for part in message.parts {
                guard case .media(let media) = part.content else { continue }
                switch media.kind {
                case .image: needs.insert("vision")
                case .audio: needs.insert("audio_input")
                case .document, .video: break
                }
            }
        }
        return needs.sorted()
    }()

    /// A number for how the conversation begins: instructions and the first turn of the user, at most 2 KiB of each
    /// text. The same for every later turn, which is what providers keep.
    private(set) lazy var beginning: UInt64? = {
        guard let chat else { return nil }
        var hash = FNV1a()
        for message in chat.messages {
            hash.add(message.role.rawValue.utf8.prefix(16))
            for part in message.parts { if let text = part.text { hash.add(text.utf8.prefix(2048)) } }
            if message.role == .user { break }
        }
        return hash.value
    }()
}

/// A quick hash without a key: nothing is lost where somebody makes two texts meet.
struct FNV1a {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        // Where one text ends and the next begins counts too.
        value = (value ^ 0xFF) &* 0x0000_0100_0000_01B3
    }
}
