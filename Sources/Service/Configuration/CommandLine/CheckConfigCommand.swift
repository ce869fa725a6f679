/// What a command prints and how the process ends.
struct CommandOutcome: Sendable, Equatable {
    let text: String
    let exitCode: Int32
}

/// `connector-hub check-config`: the effective configuration with its sources, or every mistake.
func checkConfiguration(
    arguments: CommandLineOptions, environment: [String: String], readFile: @escaping FileReader
) -> CommandOutcome {
    do {
        let loaded = try ConfigurationLoader.load(arguments: arguments, environment: environment, readFile: readFile)
        return CommandOutcome(text: loaded.report, exitCode: 0)
    } catch {
        return CommandOutcome(text: error.description, exitCode: 1)
    }
}

extension LoadedConfiguration {
    /// Every value with its source, the providers, and the warnings. Secrets are redacted.
    fileprivate var report: String {
        var sections = [fileLine, valueLines, "providers:\n" + providers.map(\.reportLine).joined(separator: "\n")]
        if !warnings.isEmpty {
            sections.append("warnings:\n" + warnings.map { "  \($0)" }.joined(separator: "\n"))
        }
        return sections.joined(separator: "\n\n") + "\n\nThe configuration is valid."
    }

    private var fileLine: String {
        files.isEmpty ? "no configuration file" : "from " + files.joined(separator: ", ")
    }

    private var valueLines: String {
        let rows = HubConfiguration.settings.flatMap { setting in
            setting.describe(configuration, setting.description.name).map { value in
                ("\(value.path) = \(value.text)", origin(of: value.path).description)
            }
        }
        let width = min(60, rows.map(\.0.count).max() ?? 0)
        return rows.map { text, source in
            "\(text)\(String(repeating: " ", count: max(0, width - text.count)))  (\(source))"
        }.joined(separator: "\n")
    }
}

extension ConfiguredProvider {
    fileprivate var reportLine: String {
        switch readiness {
        case .ready: "  \(id): ready" + (connection.baseURL.map { ", \($0.text)" } ?? "")
        case .notReady(let reason): "  \(id): not ready: \(reason)"
        case .disabled: "  \(id): disabled"
        }
    }
}
