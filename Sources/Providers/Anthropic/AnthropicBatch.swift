internal import Dialects
internal import HubCore
internal import Wire

/// The form of Anthropic's message batches. Pure.
enum AnthropicBatch {
    // MARK: Requests

    /// `{"custom_id":...,"params":{...}}` and a comma. An id has at most 64 letters, digits, hyphens and underscores, as the
    /// hub's ids with a number have.
    static func line(_ body: [UInt8], number: Int, of name: String) -> [UInt8] {
        var writer = JSONWriter(reserving: body.count + 128)
        writer.beginObject()
        writer.member("custom_id", "\(name)-\(number)")
        writer.key("params")
        writer.raw(body)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: ",")]
    }

    /// - Parameter lines: each with its comma.
    static func requests(_ lines: [UInt8]) -> [UInt8] {
        var body = Array(#"{"requests":["#.utf8)
        body.reserveCapacity(lines.count + 32)
        body += lines.dropLast()
        body += "]}".utf8
        return body
    }

    // MARK: Batches

    /// Whether a hand-over may have made a batch.
    enum Candidate: Equatable {
        /// It was made before, as all that follow it in a list.
        case older
        case other
        /// It is under way, so that nothing tells whose it is.
        case running
        case ended(id: String)
    }

    static func candidate(_ batch: JSONValue, for handOver: BatchHandOver) -> Candidate {
        let created = batch["created_at"]?.string.flatMap { RFC3339.parse($0) }.map { $0 / 1_000_000_000 }
        if let created {
            if created < handOver.begun - BatchHandOver.clockDifference { return .older }
            if created > handOver.begun + handOver.longest + BatchHandOver.clockDifference { return .other }
        }
        guard let id = batch["id"]?.string, let counts = batch["request_counts"], counts.isObject else { return .other }
        // However they stand, they are as many as were handed over.
        let total = counts.members.reduce(0) { $0 &+ max(0, $1.value.int ?? 0) }
        guard total == handOver.lineCount else { return .other }
        return batch["processing_status"]?.equals("ended") == true ? .ended(id: id) : .running
    }

    static func status(_ batch: JSONValue) -> Batch.Status? {
        switch batch["processing_status"]?.string {
        case "in_progress": .inProgress
        case "canceling": .cancelling
        case "ended": batch["cancel_initiated_at"]?.isString == true ? .cancelled : .completed
        default: nil
        }
    }

    // MARK: Results

    /// The number of a result's line; nil for one of another batch.
    static func number(_ line: JSONValue, of name: String) -> Int? {
        guard let id = line["custom_id"]?.string, id.hasPrefix(name + "-") else { return nil }
        return Int(id.dropFirst(name.utf8.count + 1))
    }

    /// Nil for one of another batch, and for one that was not answered: cancelled or expired.
    static func result(_ line: JSONValue, of name: String) -> ProviderBatchResult? {
        guard let number = number(line, of: name), let result = line["result"] else { return nil }
        switch result["type"]?.string {
        case "succeeded":
            guard let message = result["message"] else { return nil }
            return ProviderBatchResult(number: number, status: 200, body: BatchCallLimits.bytes(message))
        case "errored":
            guard let error = result["error"] else { return nil }
            let type = error["error"]?["type"] ?? error["type"]
            return ProviderBatchResult(
                // As it would have come outside a batch.
                number: number, status: AnthropicErrors.status(of: type?.string), body: BatchCallLimits.bytes(error))
        default: return nil
        }
    }
}
