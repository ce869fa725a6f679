internal import Dialects
internal import HubCore
internal import Wire

/// A file as it is uploaded: the form of POST /v1/files.
struct FileUpload: Sendable {
    /// Contract 2.11.
    static let maximumFileBytes = 100 << 20
    /// With what the form needs around it.
    static let maximumBodyBytes = maximumFileBytes + (64 << 10)

    let filename: String
    /// In the body.
    let content: Range<Int>
    /// Seconds.
    let lifetime: Int

    /// Reads the whole body once: not for a reactor.
    init(_ body: [UInt8], _ boundary: MultipartBoundary) throws(HubError) {
        let form = try Form(body, boundary)
        guard try form.text("purpose") == StoredFile.Purpose.batch.rawValue else {
            throw .validation("purpose", "must be batch: the hub keeps files for batches")
        }
        guard let file = try form.part("file"), let name = file.filename else {
            throw .validation("file", "must be a part of the form, with a filename")
        }
        guard (1...255).contains(name.utf8.count) else {
            throw .validation("file", "must have a filename of 1 to 255 bytes")
        }
        guard !file.content.isEmpty else { throw .validation("file", "must not be empty") }
        guard file.content.count <= Self.maximumFileBytes else {
            throw HubError(.payloadTooLarge, "the file has more than \(Self.maximumFileBytes) bytes")
        }
        filename = name
        content = file.content
        lifetime = try FileLifetime.read(
            anchor: form.text("expires_after[anchor]"), seconds: form.text("expires_after[seconds]"),
            parameter: "expires_after")
    }
}

/// How long a file is kept, as OpenAI's clients say it.
enum FileLifetime {
    /// Seconds.
    private static let range = 3600...30 * 86_400

    static func read(
        anchor: String?, seconds: String?, parameter: String
    ) throws(HubError) -> Int {
        guard anchor != nil || seconds != nil else { return Batch.outputLifetimeSeconds }
        guard anchor == "created_at", let lifetime = seconds.flatMap({ Int($0) }), range.contains(lifetime) else {
            throw .validation(
                parameter, "must have the anchor created_at and \(range.lowerBound)..\(range.upperBound) seconds")
        }
        return lifetime
    }
}

/// The fields of a form.
private struct Form {
    /// Of a field that is no file.
    private static let maximumTextBytes = 1024

    private let form: MultipartForm
    private let body: [UInt8]

    init(_ body: [UInt8], _ boundary: MultipartBoundary) throws(HubError) {
        self.body = body
        do throws(MultipartError) {
            form = try MultipartForm(body, boundary: boundary)
        } catch {
            throw HubError(.invalidRequest, error.reason)
        }
    }

    func part(_ name: String) throws(HubError) -> MultipartForm.Part? {
        do throws(MultipartError) { return try form.part(name) } catch { throw HubError(.invalidRequest, error.reason) }
    }

    func text(_ name: String) throws(HubError) -> String? {
        guard let part = try part(name) else { return nil }
        guard part.content.count <= Self.maximumTextBytes,
            let text = String(validating: body[part.content], as: UTF8.self)
        else { throw .validation(name, "must be a short text") }
        return text
    }
}
