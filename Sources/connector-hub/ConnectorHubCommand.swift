import Glibc
import Service

@main
struct ConnectorHubCommand {
    static func main() {
        exit(HubCommand.run(Array(CommandLine.arguments.dropFirst()), environment: ProcessEnvironment.current))
    }
}
