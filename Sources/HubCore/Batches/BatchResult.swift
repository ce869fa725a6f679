internal import Wire

/// What became of one request of a batch: a line of its output or error file.
public struct BatchResult: Sendable, Equatable {
    /// Belongs into the error file.
    public let isError: Bool
    /// JSON, with the line's end.
    public let line: [UInt8]
    /// Of an answer in a provider's own batch: kept where the result is, in one step with it.
    public var ledgerRow: LedgerRow?

    /// An answer, or a refusal as a client would have got it.
    /// - Parameters:
    ///   - id: `batch_req_...`
    ///   - body: JSON.
    public init(id: String, customID: String, status: Int, requestID: String, body: [UInt8]) {
        isError = !(200..<300).contains(status)
        line = Self.line(id, customID, reserving: body.count + 256) { writer in
            writer.key("response")
            writer.beginObject()
            writer.member("status_code", status)
            writer.member("request_id", requestID)
            writer.key("body")
            writer.raw(body)
            writer.endObject()
            writer.key("error")
            writer.null()
        }
    }

    /// A request that was never answered.
    public init(id: String, customID: String, code: String, message: String) {
        isError = true
        line = Self.line(id, customID, reserving: 256) { writer in
            writer.key("response")
            writer.null()
            writer.key("error")
            writer.beginObject()
            writer.member("code", code)
            writer.member("message", message)
            writer.endObject()
        }
    }

    private static func line(
        _ id: String, _ customID: String, reserving capacity: Int, _ write: (inout JSONWriter) -> Void
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: capacity)
        writer.beginObject()
        writer.member("id", id)
        writer.member("custom_id", customID)
        write(&writer)
        writer.endObject()
        // Bodies of providers may be written over several lines; strings hold no line's end in JSON.
        return writer.bytes.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") } + [UInt8(ascii: "\n")]
    }
}
