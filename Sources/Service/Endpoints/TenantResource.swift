internal import Dialects
internal import HubCore
internal import Wire

/// What a tenant keeps and clients read as one of OpenAI's objects.
protocol TenantResource {
    /// As an error says it, and its parameter before `_id`.
    static var word: String { get }

    func write(to writer: inout JSONWriter)
}

extension TenantResource {
    /// The body of an answer.
    var body: [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        write(to: &writer)
        return writer.bytes
    }

    static func missing(_ id: String) -> HubError {
        HubError(.notFound, "there is no \(word) \(id.prefix(64)), or not any more", parameter: "\(word)_id")
    }
}

extension Batch: TenantResource {
    static let word = "batch"
}

extension StoredFile: TenantResource {
    static let word = "file"
}
