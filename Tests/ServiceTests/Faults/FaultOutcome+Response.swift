import TestSupport
import Wire

extension FaultOutcome {
    /// What can be read of an answer in OpenAI's form.
    init(reading response: ReceivedResponse, isStream: Bool) {
        self.init(status: response.status)
        reason = response["x-hub-route-reason"] ?? ""
        retryAfter = response.status == 200 ? nil : response["retry-after"].flatMap { Int($0) }
        let documents = Self.documents(response)
        text = documents.compactMap(Self.content).joined()
        error = documents.lazy.compactMap { $0["error"]?["code"]?.string }.first
        let isDone = response.text.hasSuffix("data: [DONE]\n\n")
        isCleanEnd = response.isWhole && (isDone || !isStream || response.status != 200)
    }

    /// The answer, or each event of a stream.
    static func documents(_ response: ReceivedResponse) -> [JSONValue] {
        if response["content-type"]?.hasPrefix("text/event-stream") != true {
            return [try? JSONDocument.parse(response.body).root].compactMap { $0 }
        }
        return response.text.split(separator: "\n\n").compactMap { event in
            try? JSONDocument.parse(String(event.dropFirst("data: ".count))).root
        }
    }

    private static func content(_ document: JSONValue) -> String? {
        let choice = document["choices"]?[index: 0]
        return (choice?["message"] ?? choice?["delta"])?["content"]?.string
    }
}
