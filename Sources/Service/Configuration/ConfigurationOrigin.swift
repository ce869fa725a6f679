/// Where a configuration value was written.
enum ConfigurationOrigin: Sendable, Hashable {
    case builtIn
    /// Line and column count from 1.
    case file(String, line: Int, column: Int)
    case environment(String)
    case option(String)
}

extension ConfigurationOrigin: CustomStringConvertible {
    /// As `check-config` prints it beside a value.
    var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let path, let line, _): "\(path):\(line)"
        case .environment(let name): "environment \(name)"
        case .option(let name): "option \(name)"
        }
    }
}
