internal import CLinux
internal import Dispatch
internal import Glibc
internal import HTTPServer

/// `connector-hub serve`: runs until SIGTERM or SIGINT.
enum ServeCommand {
    static func run(_ options: CommandLineOptions, environment: [String: String]) -> Int32 {
        clinux_tune_allocator()
        raiseDescriptorLimit()
        Glibc.signal(SIGPIPE, SIG_IGN)
        let loaded: LoadedConfiguration
        do throws(ConfigurationErrors) {
            loaded = try ConfigurationLoader.load(
                arguments: options, environment: environment, readFile: readFileFromDisk)
        } catch {
            print(error.description, to: .standardError)
            return 1
        }
        for warning in loaded.warnings { print("warning: \(warning)", to: .standardError) }
        let service: HubService
        do throws(HubService.StartFailure) {
            service = try HubService(loaded)
        } catch {
            print("connector-hub cannot start: \(error.description)", to: .standardError)
            return 1
        }
        run(service, banner: Banner.text(service.addresses, loaded, firstKey: service.firstKey), options, environment)
        return 0
    }

    /// Says that the hub is up, which includes that it obeys signals, and returns when everything is shut down.
    private static func run(
        _ service: HubService, banner: String, _ options: CommandLineOptions, _ environment: [String: String]
    ) {
        let ended = DispatchSemaphore(value: 0)
        let end: @Sendable () -> Void = {
            Task {
                await service.shutDown()
                ended.signal()
            }
        }
        let reload: @Sendable () -> Void = { Self.reload(service, options, environment) }
        let watch = SignalWatch([(SIGTERM, end), (SIGINT, end), (SIGHUP, reload)])
        print(banner, to: .standardError)
        withExtendedLifetime(watch) { ended.wait() }
        service.stopReactors()
    }

    /// A configuration with mistakes changes nothing and says why.
    private static func reload(
        _ service: HubService, _ options: CommandLineOptions, _ environment: [String: String]
    ) {
        do throws(ConfigurationErrors) {
            let loaded = try ConfigurationLoader.load(
                arguments: options, environment: environment, running: service.configuration,
                readFile: readFileFromDisk)
            service.reload(loaded)
        } catch {
            service.reportRejectedReload(error.description)
        }
    }

    /// Each connection is a descriptor: take all that the system allows.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
