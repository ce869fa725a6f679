/// Media types, as far as dialects name them differently.
enum MediaTypes {
    static func kind(of type: String) -> Media.Kind {
        if type.hasPrefix("image/") { return .image }
        if type.hasPrefix("audio/") { return .audio }
        if type.hasPrefix("video/") { return .video }
        return .document
    }

    /// `wav`, `mp3`: OpenAI's `input_audio.format`.
    static func audioFormat(_ type: String) -> String {
        switch type {
        case "audio/mpeg", "audio/mp3": "mp3"
        case "audio/x-wav", "audio/wave": "wav"
        default: String(type.drop { $0 != "/" }.dropFirst())
        }
    }
}
