@main
struct ConnectorHubCommand {
    static func main() {}
}
