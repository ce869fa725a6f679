/// One option and the configuration key it sets.
struct CommandLineOption: Sendable {
    let name: String
    let key: String
    /// Nil for a flag.
    let placeholder: String?
    let documentation: String

    static let all = [
        CommandLineOption(
            name: "--config", key: "hub_config", placeholder: "PATH", documentation: "the configuration file"),
        CommandLineOption(
            name: "--env", key: "hub_env", placeholder: "NAME", documentation: "the deployment; chooses the overlay"),
        CommandLineOption(
            name: "--host", key: "host", placeholder: "ADDRESS", documentation: "the address to listen on"),
        CommandLineOption(name: "--port", key: "port", placeholder: "NUMBER", documentation: "the port to listen on"),
        CommandLineOption(
            name: "--log-level", key: "log_level", placeholder: "LEVEL", documentation: "debug, info, warn or error"),
        CommandLineOption(
            name: "--insecure", key: "hub_insecure", placeholder: nil,
            documentation: "permit others to call without authentication"),
    ]

    /// What `connector-hub help` prints.
    static let usage: String = {
        let width = all.map(\.synopsis.count).max() ?? 0
        let options = all.map { option in
            let padding = String(repeating: " ", count: width - option.synopsis.count)
            return "  \(option.synopsis)\(padding)  \(option.documentation)"
        }
        return """
            Usage: connector-hub [COMMAND] [OPTIONS]

            Commands:
              serve         run the hub (without a command too)
              check-config  print the effective configuration, or what is wrong with it
              health        ask the running hub whether it lives; exit code 0 or 1
              version       print the version
              help          print this

            Options:
            \(options.joined(separator: "\n"))

            Every other setting is a key of the configuration file or an environment variable:
            see docs/configuration.md.
            """
    }()

    private var synopsis: String {
        placeholder.map { "\(name) \($0)" } ?? name
    }
}
