internal import Glibc

/// The program `connector-hub`: its commands and their exit codes.
public enum HubCommand {
    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit code.
    public static func run(_ arguments: [String], environment: [String: String]) -> Int32 {
        let options: CommandLineOptions
        do throws(UsageError) {
            options = try CommandLineOptions.parse(arguments)
        } catch {
            print(error.description, to: .standardError)
            return UsageError.exitCode
        }
        switch options.command {
        case .serve:
            return ServeCommand.run(options, environment: environment)
        case .health:
            return HealthCommand.run(options, environment: environment)
        case .checkConfig:
            let outcome = checkConfiguration(arguments: options, environment: environment, readFile: readFileFromDisk)
            print(outcome.text, to: outcome.exitCode == 0 ? .standardOutput : .standardError)
            return outcome.exitCode
        case .version:
            print("connector-hub \(Version.text)", to: .standardOutput)
            return 0
        case .help:
            print(CommandLineOption.usage, to: .standardOutput)
            return 0
        }
    }
}

enum StandardStream: Int32 {
    case standardOutput = 1
    case standardError = 2
}

/// Writes a line at once, without buffers that a crash would lose.
func print(_ text: String, to stream: StandardStream) {
    var line = Array(text.utf8)
    line.append(0x0a)
    var offset = 0
    while offset < line.count {
        let count = line.withUnsafeBytes {
            write(stream.rawValue, $0.baseAddress.map { $0 + offset }, $0.count - offset)
        }
        if count > 0 { offset += count } else if errno != EINTR { return }
    }
}
