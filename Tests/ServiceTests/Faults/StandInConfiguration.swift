@testable import Service

/// A user's configuration where not all of its variables are set: production's secrets are seldom on the machine of
/// whoever surveys it, and no provider is called with them.
struct StandInConfiguration {
    let loaded: LoadedConfiguration
    /// By the names of the variables that are not set and that it cannot do without.
    let standIns: [String: String]

    init(path: String, environment: [String: String]) throws {
        func load(_ standIns: [String: String]) throws -> LoadedConfiguration {
            try ConfigurationLoader.load(
                arguments: try CommandLineOptions.parse(["--config", path]),
                environment: environment.merging(standIns) { $1 }, readFile: readFileFromDisk)
        }
        func mistakes(_ standIns: [String: String]) throws -> ConfigurationErrors? {
            do {
                _ = try load(standIns)
                return nil
            } catch let errors as ConfigurationErrors {
                return errors
            }
        }
        var standIns: [String: String] = [:]
        while let name = try mistakes(standIns)?.missingVariables.first(where: { standIns[$0] == nil }) {
            // Of what form it has to be shows in the mistakes that are left.
            var fewest = Int.max
            for value in Self.candidates(for: name, number: standIns.count) {
                let count = try mistakes(standIns.merging([name: value]) { $1 })?.count ?? 0
                if count < fewest { (fewest, standIns[name]) = (count, value) }
            }
        }
        loaded = try load(standIns)
        self.standIns = standIns
    }

    /// One of each form that values have. Numbers differ, as ports must.
    private static func candidates(for name: String, number: Int) -> [String] {
        [
            "stand-in-for-\(name)", "\(1000 + number)", "1", "true", "simulated", "127.0.0.1", "http://127.0.0.1:9",
            "sqlite::memory:", "redis://127.0.0.1:9", String(repeating: "A", count: 43) + "=",
            String(repeating: "0", count: 64),
        ]
    }
}

extension ConfigurationErrors {
    fileprivate var count: Int { diagnostics.count + omitted }

    /// Of `${NAME}` and `ref:env:NAME`.
    fileprivate var missingVariables: [String] {
        diagnostics.compactMap { diagnostic in
            let words = diagnostic.message.split(separator: " ")
            guard let end = words.indices.first(where: { words[$0...].starts(with: ["is", "not"]) }), end > 0,
                words.indices.contains(end + 2), ["set", "set;"].contains(words[end + 2])
            else { return nil }
            let name = String(words[end - 1])
            return name.isVariableName ? name : nil
        }
    }
}
