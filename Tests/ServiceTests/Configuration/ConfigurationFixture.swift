@testable import Service

/// Files and variables that exist only in a test.
struct ConfigurationFixture {
    var files: [String: String] = [:]
    var environment: [String: String] = [:]
    var arguments: [String] = []

    /// One file, `hub.yaml`, named by the option `--config`.
    static func file(_ text: String, environment: [String: String] = [:]) -> ConfigurationFixture {
        ConfigurationFixture(
            files: ["hub.yaml": text], environment: environment, arguments: ["--config", "hub.yaml"])
    }

    func read(_ path: String) throws(FileReadFailure) -> [UInt8] {
        guard let text = files[path] else { throw .notFound }
        return Array(text.utf8)
    }

    func load(running: LoadedConfiguration? = nil) throws -> LoadedConfiguration {
        try ConfigurationLoader.load(
            arguments: try CommandLineOptions.parse(arguments), environment: environment, running: running,
            readFile: read)
    }

    /// The lines that a refused configuration prints; empty when it loads.
    func mistakes() throws -> [String] {
        do {
            _ = try load()
            return []
        } catch let errors as ConfigurationErrors {
            return errors.diagnostics.map(\.description)
        }
    }

    func check() throws -> CommandOutcome {
        checkConfiguration(
            arguments: try CommandLineOptions.parse(arguments), environment: environment, readFile: read)
    }
}
