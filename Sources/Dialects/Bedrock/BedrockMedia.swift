internal import Wire

/// An image, a document, sound or a film as one of Converse's blocks: with the name of its format in place of a media type.
struct BedrockMedia {
    private let kind: Media.Kind
    let format: String
    /// Base 64.
    private let bytes: String
    private let name: String?

    /// Nil where Converse takes no such thing: it fetches nothing from the web, and has no files.
    /// - Parameter number: of the document in its request, where names are unique.
    init?(_ media: Media, number: Int) {
        kind = media.kind
        switch media.source {
        case .data(let data, let type):
            guard let format = Self.format(type, media.kind) else { return nil }
            self.format = format
            bytes = data
        case .text(let text):
            format = "txt"
            bytes = Base64.encode(Array(text.utf8))
        case .url, .file: return nil
        }
        name = kind == .document ? Self.documentName(media.name, number) : nil
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key(kind.rawValue)
        writer.beginObject()
        writer.member("format", format)
        if let name { writer.member("name", name) }
        writeSource(to: &writer)
        writer.endObject()
        writer.endObject()
    }

    /// The member `source`.
    func writeSource(to writer: inout JSONWriter) {
        writer.key("source")
        writer.beginObject()
        writer.member("bytes", bytes)
        writer.endObject()
    }

    // MARK: Formats

    private static let documents = [
        "application/pdf": "pdf", "text/csv": "csv", "text/html": "html", "text/plain": "txt", "text/markdown": "md",
        "application/msword": "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.ms-excel": "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    ]
    private static let videos = ["quicktime": "mov", "x-matroska": "mkv", "x-ms-wmv": "wmv", "3gpp": "three_gp"]

    private static func format(_ mediaType: String, _ kind: Media.Kind) -> String? {
        let type = mediaType.prefix { $0 != ";" }.lowercased()
        let name = String(type.drop { $0 != "/" }.dropFirst())
        switch kind {
        case .image:
            if name == "jpg" { return "jpeg" }
            return ["png", "jpeg", "gif", "webp"].contains(name) ? name : nil
        case .document: return documents[type]
        case .audio: return MediaTypes.audioFormat(type)
        case .video: return videos[name] ?? name
        }
    }

    /// What `format` names.
    static func mediaType(_ format: String, _ kind: Media.Kind) -> String {
        switch kind {
        case .image: "image/\(format)"
        case .video: "video/\(videos.first { $0.value == format }?.key ?? format)"
        case .audio: format == "mp3" ? "audio/mpeg" : "audio/\(format)"
        case .document: documents.first { $0.value == format }?.key ?? "application/octet-stream"
        }
    }

    /// Letters, digits, single spaces, `-`, `(`, `)`, `[` and `]`, and a number that makes it unique.
    private static func documentName(_ name: String?, _ number: Int) -> String {
        let allowed = (name ?? "").map { character -> Character in
            character.isASCII && (character.isLetter || character.isNumber || "-()[]".contains(character))
                ? character : " "
        }
        let words = String(allowed).split(separator: " ").joined(separator: " ").prefix(100)
        return words.isEmpty ? "document \(number)" : "\(words) \(number)"
    }
}
