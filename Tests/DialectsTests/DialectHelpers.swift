import Dialects
import Wire

/// The value a JSON text means.
func parsed(_ text: String) throws -> JSONValue {
    try JSONDocument.parse(text, maximumDepth: 512).root
}

extension Array where Element == UInt8 {
    var text: String { String(decoding: self, as: UTF8.self) }
}

/// The error that `body` throws; nil if it throws none.
func failure(_ body: () throws(HubError) -> Void) -> HubError? {
    do throws(HubError) {
        try body()
        return nil
    } catch {
        return error
    }
}

/// Reads a stream in the given pieces. What came before a failure is kept.
func decode(_ pieces: [[UInt8]], provider: String = "acme") -> (chunks: [StreamChunk], failure: HubError?) {
    var decoder = OpenAIStreamDecoder(provider: provider)
    var chunks: [StreamChunk] = []
    let failure = failure { () throws(HubError) in
        for piece in pieces {
            piece.withUnsafeBytes { decoder.feed($0) }
            while let chunk = try decoder.next() { chunks.append(chunk) }
        }
        if let last = try decoder.finish() { chunks.append(last) }
    }
    return (chunks, failure)
}

extension StreamChunk {
    /// The text of the first choice.
    var content: String { body["choices"]?[index: 0]?["delta"]?["content"]?.string ?? "" }
}
