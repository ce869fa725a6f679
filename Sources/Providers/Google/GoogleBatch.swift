internal import HubCore
internal import Wire

/// The form of Gemini's batches: https://ai.google.dev/api/batch-api. Pure.
enum GoogleBatch {
    // MARK: Requests

    /// `{"request":{...},"metadata":{"key":...}}` and a comma. Results are not in the order of their requests, but repeat what
    /// is said beside them.
    static func line(_ body: [UInt8], number: Int) -> [UInt8] {
        var writer = JSONWriter(reserving: body.count + 64)
        writer.beginObject()
        writer.key("request")
        writer.raw(body)
        writer.key("metadata")
        writer.beginObject()
        writer.member("key", "\(number)")
        writer.endObject()
        writer.endObject()
        return writer.bytes + [UInt8(ascii: ",")]
    }

    static func request(_ draft: ProviderBatchDraft) -> [UInt8] {
        var writer = JSONWriter(reserving: draft.content.count + 256)
        writer.beginObject()
        writer.key("batch")
        writer.beginObject()
        writer.member("displayName", draft.name)
        writer.key("inputConfig")
        writer.beginObject()
        writer.key("requests")
        writer.beginObject()
        writer.key("requests")
        writer.raw([UInt8(ascii: "[")] + draft.content.dropLast() + [UInt8(ascii: "]")])
        writer.endObject()
        writer.endObject()
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    // MARK: Batches

    /// Of `batches/ID`.
    static func id(_ operation: JSONValue) -> String? {
        let prefix = "batches/"
        guard let name = operation["name"]?.string, name.hasPrefix(prefix), name.utf8.count <= 256 else { return nil }
        let id = String(name.dropFirst(prefix.count))
        return id.isEmpty ? nil : id
    }

    /// As it was made.
    static func name(_ operation: JSONValue) -> String? { operation["metadata"]?["displayName"]?.string }

    static func status(_ operation: JSONValue) -> Batch.Status? {
        switch operation["metadata"]?["state"]?.string {
        case "BATCH_STATE_PENDING", "BATCH_STATE_RUNNING": .inProgress
        case "BATCH_STATE_SUCCEEDED": .completed
        case "BATCH_STATE_FAILED": .failed
        case "BATCH_STATE_CANCELLED": .cancelled
        case "BATCH_STATE_EXPIRED": .expired
        // Whatever else it is called, an operation that is done does nothing more.
        default: operation["done"]?.bool == true ? .completed : nil
        }
    }

    // MARK: Results

    /// Nil for one that says of no line that it is its own.
    static func result(_ element: JSONValue) -> ProviderBatchResult? {
        guard let number = element["metadata"]?["key"]?.string.flatMap({ Int($0) }) else { return nil }
        if let response = element["response"] {
            return ProviderBatchResult(number: number, status: 200, body: BatchCallLimits.bytes(response))
        }
        guard let error = element["error"], error.isObject else { return nil }
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("error", error)
        writer.endObject()
        return ProviderBatchResult(number: number, status: status(of: error["code"]?.int), body: writer.bytes)
    }

    /// Of a code of `google.rpc.Code`, where a call's error has that of HTTP.
    private static func status(of code: Int?) -> Int {
        switch code {
        case 3, 9, 11: 400
        case 16: 401
        case 7: 403
        case 5: 404
        case 10: 409
        case 8: 429
        case 1: 499
        case 12: 501
        case 14: 503
        case 4: 504
        case .some(400...599): code ?? 500
        default: 500
        }
    }
}
