/// What the command line asks for.
struct CommandLineOptions: Sendable, Equatable {
    enum Command: String, Sendable, CaseIterable {
        case serve
        case checkConfig = "check-config"
        case health
        case version
        case help
    }

    /// A configuration key given as an option.
    struct Override: Sendable, Equatable {
        let key: String
        let option: String
        let value: String
    }

    var command = Command.serve
    /// In the order given; the last one of a key holds.
    var overrides: [Override] = []

    /// The value of a key, if an option gave it.
    func value(of key: String) -> String? {
        overrides.last { $0.key == key }?.value
    }
}

/// The command line makes no sense; the process ends with `exitCode`.
struct UsageError: Error, Sendable, Equatable {
    static let exitCode: Int32 = 2
    let message: String
}

extension UsageError: CustomStringConvertible {
    var description: String {
        "connector-hub: \(message)\nTry \"connector-hub help\"."
    }
}

extension CommandLineOptions {
    /// - Parameter arguments: without the program's name.
    static func parse(_ arguments: [String]) throws(UsageError) -> CommandLineOptions {
        var result = CommandLineOptions()
        var hasCommand = false
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "-h" || argument == "--help" {
                result.command = .help
                return result
            } else if argument == "--version" {
                result.command = .version
                return result
            } else if argument.hasPrefix("-") {
                result.overrides.append(try option(argument, &rest))
            } else if let command = Command(rawValue: argument), !hasCommand {
                result.command = command
                hasCommand = true
            } else {
                throw unknown(argument, isCommand: !hasCommand)
            }
        }
        return result
    }

    /// `--name value` or `--name=value`.
    private static func option(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) -> Override {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = parts.first, let option = CommandLineOption.all.first(where: { $0.name == name }) else {
            throw unknown(parts.first ?? argument, isCommand: false)
        }
        if parts.count == 2 {
            return Override(key: option.key, option: name, value: parts[1])
        }
        guard option.placeholder != nil else { return Override(key: option.key, option: name, value: "true") }
        guard let value = rest.popFirst(), !value.isEmpty else {
            throw UsageError(message: "option \(name) needs a value")
        }
        return Override(key: option.key, option: name, value: value)
    }

    private static func unknown(_ argument: String, isCommand: Bool) -> UsageError {
        let isOption = argument.hasPrefix("-")
        let known = isOption ? CommandLineOption.all.map(\.name) : Command.allCases.map(\.rawValue)
        let suggestion = nearestKey(to: argument, among: known).map { "; did you mean \($0)?" } ?? ""
        let subject = isOption ? "unknown option" : isCommand ? "unknown command" : "unexpected argument"
        return UsageError(message: "\(subject) \(argument.quotedForMessage)\(suggestion)")
    }
}
