internal import Dialects
internal import HubCore

/// How a model of Google's is asked for embeddings: how many texts a call takes, in which form.
struct GoogleEmbeddingPlan {
    let form: GeminiEmbedding.Form
    let textsPerCall: Int

    /// What the Gemini API takes at once.
    private static let batchLimit = 100
    /// What Vertex's models take at once in every region, but for those that the catalogue knows better.
    private static let predictLimit = 5

    init(isVertex: Bool, quirks: ModelQuirks) {
        guard isVertex else {
            form = .batch
            textsPerCall = Self.batchLimit
            return
        }
        form = quirks.embedsSingly ? .content : .predict
        textsPerCall = quirks.embedsSingly ? 1 : max(1, quirks.inputsPerCall ?? Self.predictLimit)
    }

    var action: GoogleEndpoints.Action {
        switch form {
        case .batch: .embedBatch
        case .predict: .predict
        case .content: .embed
        }
    }

    /// Runs of texts, each for one call, in order.
    func batches(_ texts: [String]) -> [[String]] {
        stride(from: 0, to: texts.count, by: textsPerCall).map { start in
            Array(texts[start..<min(start + textsPerCall, texts.count)])
        }
    }
}
