internal import HubCore
internal import Wire

/// The files about models and prices that the configuration names. What is wrong in them is reported.
extension DecodingContext {
    mutating func catalogue(_ path: String?, origin: ConfigurationOrigin?) -> ModelCatalogue {
        guard let path, let bytes = contents(of: path, key: "models_file", origin) else { return .builtIn }
        do throws(CatalogueFaults) {
            return try ModelCatalogue.load(bytes)
        } catch {
            for fault in error.faults {
                let place = [path, fault.path].filter { !$0.isEmpty }.joined(separator: ": ")
                report(origin ?? .builtIn, "models_file", "\(place): \(fault.message)")
            }
            if error.omitted > 0 {
                report(origin ?? .builtIn, "models_file", "\(path): and \(error.omitted) more mistakes")
            }
            return .builtIn
        }
    }

    mutating func prices(_ path: String?, origin: ConfigurationOrigin?) -> [PriceRow] {
        guard let path, let bytes = contents(of: path, key: "prices_file", origin) else { return [] }
        do throws(ConfigurationErrors) {
            var file = PricesFile()
            let root = try YAMLParser.parse(bytes, file: path)
            _ = decodeMapping(root, path: "", settings: PricesFile.settings, into: &file, &self)
            return file.rows
        } catch {
            error.diagnostics.forEach { report($0) }
            return []
        }
    }

    private mutating func contents(of path: String, key: String, _ origin: ConfigurationOrigin?) -> [UInt8]? {
        do throws(FileReadFailure) {
            return try readFile(path)
        } catch {
            let reason = if case .failed(let reason) = error { reason } else { "no such file" }
            report(origin ?? .builtIn, key, "\(path) cannot be read: \(reason)")
            return nil
        }
    }
}
