/// Why a file could not be read.
enum FileReadFailure: Error, Sendable, Equatable {
    case notFound
    case failed(reason: String)
}

/// Reads a whole file.
typealias FileReader = (String) throws(FileReadFailure) -> [UInt8]

/// What decoding needs beside the node itself: where references lead, and a place for mistakes.
struct DecodingContext {
    /// More than this many mistakes are counted, not kept.
    static let maximumDiagnostics = 100

    let environment: [String: String]
    let readFile: FileReader
    private(set) var diagnostics: [ConfigurationDiagnostic] = []
    private(set) var omitted = 0
    /// Where each key was last given, by path.
    private(set) var origins: [String: ConfigurationOrigin] = [:]

    private var unreplaced: Set<ConfigurationOrigin> = []

    init(environment: [String: String], readFile: @escaping FileReader) {
        self.environment = environment
        self.readFile = readFile
    }

    /// Nil when nothing was reported.
    var errors: ConfigurationErrors? {
        diagnostics.isEmpty ? nil : ConfigurationErrors(diagnostics: diagnostics, omitted: omitted)
    }

    mutating func record(_ origin: ConfigurationOrigin, of path: String) {
        origins[path] = origin
    }

    mutating func report(_ origin: ConfigurationOrigin, _ path: String, _ message: String) {
        report(ConfigurationDiagnostic(origin: origin, path: path, message: message))
    }

    /// Reports a value whose text is not known, and keeps silent about that value from here on.
    mutating func reportUnreplaced(_ diagnostic: ConfigurationDiagnostic) {
        report(diagnostic)
        unreplaced.insert(diagnostic.origin)
    }

    mutating func report(_ diagnostic: ConfigurationDiagnostic) {
        guard !unreplaced.contains(diagnostic.origin) else { return }
        guard diagnostics.count < Self.maximumDiagnostics else {
            omitted += 1
            return
        }
        diagnostics.append(diagnostic)
    }
}
