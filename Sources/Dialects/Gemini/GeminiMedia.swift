/// Places of media, and their types by name where nobody says them.
enum GeminiMedia {
    /// A file that was uploaded to Google, which no other provider can read.
    static func isGoogles(_ uri: String) -> Bool {
        uri.hasPrefix("gs://") || uri.hasPrefix("files/")
            || uri.hasPrefix("https://generativelanguage.googleapis.com/")
    }

    static func type(ofURL url: String) -> String {
        if url.contains("youtube.com/") || url.contains("youtu.be/") { return "video/mp4" }
        let path = url.prefix { $0 != "?" && $0 != "#" }
        guard let dot = path.lastIndex(of: ".") else { return "application/octet-stream" }
        return types[path[dot...].dropFirst().lowercased()] ?? "application/octet-stream"
    }

    /// The type of a file by a name's end, for requests that must say one.
    static func type(ofURL url: String, kind: Media.Kind) -> String? {
        let known = type(ofURL: url)
        if known != "application/octet-stream" { return known }
        return switch kind {
        case .image: "image/jpeg"
        case .document: "application/pdf"
        case .audio, .video: nil
        }
    }

    private static let types = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "heic": "image/heic", "heif": "image/heif", "pdf": "application/pdf", "txt": "text/plain",
        "md": "text/markdown", "html": "text/html", "csv": "text/csv", "json": "application/json",
        "mp3": "audio/mp3", "wav": "audio/wav",
        "flac": "audio/flac", "ogg": "audio/ogg", "aac": "audio/aac", "m4a": "audio/mp4", "mp4": "video/mp4",
        "mov": "video/quicktime", "webm": "video/webm", "mpeg": "video/mpeg",
    ]
}
