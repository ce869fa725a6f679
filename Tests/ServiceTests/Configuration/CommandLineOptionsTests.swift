import Testing

@testable import Service

struct CommandLineOptionsTests {
    @Test(arguments: [
        ([], CommandLineOptions.Command.serve), (["serve"], .serve), (["check-config"], .checkConfig),
        (["version"], .version), (["--version"], .version), (["help"], .help), (["serve", "--help"], .help),
        (["-h"], .help), (["--port", "1", "check-config"], .checkConfig),
    ])
    func `the command is read and serve without one`(
        arguments: [String], command: CommandLineOptions.Command
    ) throws {
        #expect(try CommandLineOptions.parse(arguments).command == command)
    }

    @Test func `every option sets its key`() throws {
        let options = try CommandLineOptions.parse([
            "--config", "a.yaml", "--env=staging", "--host", "::1", "--port=80", "--log-level", "warn", "--insecure",
        ])
        #expect(options.overrides.map(\.key) == ["hub_config", "hub_env", "host", "port", "log_level", "hub_insecure"])
        #expect(options.overrides.map(\.value) == ["a.yaml", "staging", "::1", "80", "warn", "true"])
    }

    @Test func `the last of an option holds`() throws {
        let options = try CommandLineOptions.parse(["--port", "1", "--port", "2"])
        #expect(options.value(of: "port") == "2")
    }

    @Test(arguments: [
        (["--prot", "1"], #"unknown option "--prot"; did you mean --port?"#),
        (["chek-config"], #"unknown command "chek-config"; did you mean check-config?"#),
        (["serve", "now"], #"unexpected argument "now""#),
        (["--config"], "option --config needs a value"),
        (["-x"], #"unknown option "-x""#),
    ])
    func `a wrong command line says what to do`(arguments: [String], message: String) {
        #expect(throws: UsageError(message: message)) { try CommandLineOptions.parse(arguments) }
    }

    @Test func `help names every option and command`() {
        for name in CommandLineOption.all.map(\.name) + CommandLineOptions.Command.allCases.map(\.rawValue) {
            #expect(CommandLineOption.usage.contains(name))
        }
    }

    @Test(arguments: CommandLineOption.all.map(\.key))
    func `an option's key is a key of the configuration`(key: String) {
        #expect(HubConfiguration.settings.contains { $0.description.name == key })
    }
}
