public import Wire

/// A file that a caller uploaded or that a batch wrote, without its content.
public struct StoredFile: Sendable, Equatable {
    public enum Purpose: String, Sendable {
        case batch
        case batchOutput = "batch_output"
    }

    public var id: String
    /// As the caller calls it.
    public var filename: String
    public var purpose: Purpose
    /// Of the content.
    public var byteCount: Int
    /// Seconds since 1970.
    public var createdAt: Int
    public var expiresAt: Int

    public init(id: String, filename: String, purpose: Purpose, byteCount: Int, createdAt: Int, expiresAt: Int) {
        self.id = id
        self.filename = filename
        self.purpose = purpose
        self.byteCount = byteCount
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// As OpenAI's clients read it.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "file")
        writer.member("bytes", byteCount)
        writer.member("created_at", createdAt)
        writer.member("expires_at", expiresAt)
        writer.member("filename", filename)
        writer.member("purpose", purpose.rawValue)
        writer.member("status", "processed")
        writer.key("status_details")
        writer.null()
        writer.endObject()
    }
}
