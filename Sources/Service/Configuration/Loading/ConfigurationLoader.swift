/// Reads the configuration from its layers: defaults, file, overlay, environment, command line, the later the stronger.
///
/// A layer replaces a key as a whole: an overlay's `providers` is the whole list. Every layer is checked, so a mistake
/// in a value that a later layer replaces is reported too.
struct ConfigurationLoader {
    private let arguments: CommandLineOptions
    private var context: DecodingContext
    private var configuration = HubConfiguration()
    private var files: [String] = []
    private var hasUnreadableFile = false

    /// Pure but for `readFile`.
    /// - Parameter running: the configuration to reload. Keys that only a restart can change keep its values, and what
    ///   must hold between keys is checked with those: a file that moves the listener to loopback and turns
    ///   authentication off must not turn it off for the listener that is open. When this throws, it stays in force.
    static func load(
        arguments: CommandLineOptions, environment: [String: String], running: LoadedConfiguration? = nil,
        readFile: @escaping FileReader
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        var loader = ConfigurationLoader(
            arguments: arguments, context: DecodingContext(environment: environment, readFile: readFile))
        return try loader.run(running: running)
    }

    private init(arguments: CommandLineOptions, context: DecodingContext) {
        self.arguments = arguments
        self.context = context
    }

    private mutating func run(
        running: LoadedConfiguration?
    ) throws(ConfigurationErrors) -> LoadedConfiguration {
        readFiles()
        apply(environmentLayer())
        apply(commandLineLayer())
        var sources = context.origins
        let changes = running.map { keepFixedKeys(of: $0, &sources) } ?? ConfigurationChanges()
        let catalogue = context.catalogue(configuration.modelsFile, origin: sources["models_file"])
        let prices = context.prices(configuration.pricesFile, origin: sources["prices_file"])
        let providers = configuration.resolvedProviders(sources: sources)
        let rules = ConfigurationRules(configuration: configuration, providers: providers, sources: sources)
        if !hasUnreadableFile { rules.check(&context) }
        if let errors = context.errors { throw errors }
        return LoadedConfiguration(
            configuration: configuration, catalogue: catalogue, prices: prices, providers: providers, files: files,
            warnings: rules.warnings,
            sources: sources, changes: changes)
    }

    /// Takes the keys that only a restart can change from `running`, and says what differed.
    private mutating func keepFixedKeys(
        of running: LoadedConfiguration, _ sources: inout [String: ConfigurationOrigin]
    ) -> ConfigurationChanges {
        var changes = ConfigurationChanges()
        for setting in HubConfiguration.settings where !setting.isEqual(running.configuration, configuration) {
            let name = setting.description.name
            if setting.description.reload == .live {
                changes.live.append(name)
            } else {
                setting.copy(running.configuration, &configuration)
                sources[name] = running.sources[name]
                changes.awaitingRestart.append(name)
            }
        }
        return changes
    }

    // MARK: Files

    private mutating func readFiles() {
        guard let path = arguments.value(of: "hub_config") ?? variable("HUB_CONFIG")?.value else { return }
        let base = read(path, isRequired: true)
        if let base { apply(base) }
        let name = arguments.value(of: "hub_env") ?? variable("HUB_ENV")?.value ?? configuration.environmentName
        // A name that is not one is reported with its layer; here it must not become a path.
        guard name.utf8.allSatisfy({ $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }) else { return }
        if let overlay = read(Self.overlayPath(of: path, environment: name), isRequired: false) { apply(overlay) }
    }

    /// `config/hub.yaml` to `config/hub.production.yaml`.
    static func overlayPath(of path: String, environment: String) -> String {
        let directoryEnd = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let file = path[directoryEnd...]
        guard let dot = file.lastIndex(of: "."), dot > file.startIndex else { return "\(path).\(environment)" }
        return "\(path[..<dot]).\(environment)\(path[dot...])"
    }

    /// The file's root with variables replaced. Nil after reporting, or when a file that may be missing is.
    private mutating func read(_ path: String, isRequired: Bool) -> YAMLNode? {
        let bytes: [UInt8]
        do throws(FileReadFailure) {
            bytes = try context.readFile(path)
        } catch {
            if error == .notFound, !isRequired { return nil }
            let reason = if case .failed(let reason) = error { reason } else { "no such file" }
            fail(ConfigurationDiagnostic(origin: fileOrigin, path: "", message: "\(path) cannot be read: \(reason)"))
            return nil
        }
        files.append(path)
        do throws(ConfigurationErrors) {
            var substitution = VariableSubstitution(environment: context.environment)
            let root = substitution.apply(to: try YAMLParser.parse(bytes, file: path))
            substitution.diagnostics.forEach { context.reportUnreplaced($0) }
            return root
        } catch {
            error.diagnostics.forEach { fail($0) }
            return nil
        }
    }

    /// Who named the file.
    private var fileOrigin: ConfigurationOrigin {
        if let option = arguments.overrides.last(where: { $0.key == "hub_config" })?.option { return .option(option) }
        return .environment(variable("HUB_CONFIG")?.name ?? "HUB_CONFIG")
    }

    private mutating func fail(_ diagnostic: ConfigurationDiagnostic) {
        context.report(diagnostic)
        hasUnreadableFile = true
    }

    // MARK: Layers

    private mutating func apply(_ layer: YAMLNode) {
        _ = decodeMapping(layer, path: "", settings: HubConfiguration.settings, into: &configuration, &context)
    }

    private func environmentLayer() -> YAMLNode {
        let entries = HubConfiguration.settings.compactMap { setting -> YAMLEntry? in
            guard let name = setting.description.environmentName, let found = variable(name) else { return nil }
            return YAMLEntry(key: setting.description.name, text: found.value, origin: .environment(found.name))
        }
        return YAMLNode(content: .mapping(entries), origin: .builtIn)
    }

    private func commandLineLayer() -> YAMLNode {
        let entries = arguments.overrides.map { YAMLEntry(key: $0.key, text: $0.value, origin: .option($0.option)) }
        return YAMLNode(content: .mapping(entries), origin: .builtIn)
    }

    /// The variable `LLM_NAME`, else `NAME`. An empty one counts as not set: composed deployments pass those for
    /// everything they leave open.
    private func variable(_ name: String) -> (name: String, value: String)? {
        for candidate in ["LLM_\(name)", name] {
            if let value = context.environment[candidate], !value.isEmpty { return (candidate, value) }
        }
        return nil
    }
}

extension YAMLEntry {
    fileprivate init(key: String, text: String, origin: ConfigurationOrigin) {
        self.init(key: key, keyOrigin: origin, value: .untyped(text, origin: origin))
    }
}
