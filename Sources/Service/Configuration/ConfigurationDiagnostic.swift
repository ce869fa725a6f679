/// One mistake in the configuration: where it is, which key it is about, and what to do.
struct ConfigurationDiagnostic: Error, Sendable, Equatable {
    let origin: ConfigurationOrigin
    /// The key from the root, `providers[0].config.timeout_ms`; empty for a mistake of the whole file.
    let path: String
    let message: String
}

extension ConfigurationDiagnostic: CustomStringConvertible {
    /// One line: `config/hub.yaml:12:5: providers[0].config.timeout_ms: must be ..., got "abc"`.
    var description: String {
        [place, path, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }

    private var place: String {
        switch origin {
        case .builtIn: ""
        case .file(let file, let line, let column): "\(file):\(line):\(column)"
        case .environment(let name): "environment variable \(name)"
        case .option(let name): "option \(name)"
        }
    }
}

/// Every mistake found in one load, in the order found.
struct ConfigurationErrors: Error, Sendable, Equatable {
    let diagnostics: [ConfigurationDiagnostic]
    /// How many more there were beyond the ones kept.
    var omitted = 0
}

extension ConfigurationErrors: CustomStringConvertible {
    /// One line per mistake.
    var description: String {
        var lines = diagnostics.map(\.description)
        if omitted > 0 { lines.append("and \(omitted) more") }
        return lines.joined(separator: "\n")
    }
}
