enum LogLevel: String, Sendable, CaseIterable {
    case debug, info, warn, error
}

enum LogFormat: String, Sendable, CaseIterable {
    case json, text
}

struct LoggingConfiguration: ConfigurationGroup {
    var level = LogLevel.info
    var format = LogFormat.json
    /// One line per request.
    var isAccessLogged = true
    /// Prompts and answers in logs, masked. Off: they never are.
    var arePromptsLogged = false
}

/// What is masked in logs, events and audit beyond the built-in patterns.
struct SanitisingConfiguration: ConfigurationGroup {
    var patterns: [String] = []
    var arePromptsMasked = false
}
