internal import Wire

extension ModelCatalogue {
    private static let maximumModels = 50_000

    /// Reads a catalogue in the form of config/models.json; the order of its models and its line breaks are free.
    ///
    /// The head's `date`, `unit` and `sources` are for people.
    public static func load(_ bytes: [UInt8]) throws(CatalogueFaults) -> ModelCatalogue {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument.parse(bytes)
        } catch {
            throw CatalogueFaults(faults: [CatalogueFault(path: "", message: "is not JSON: \(error.message)")])
        }
        var reader = CatalogueReader()
        var models: JSONValue?
        var hasFormat = false
        reader.members(document.root, "") { reader, key, value, path in
            switch key {
            case "format":
                hasFormat = true
                if value.int != 1 { reader.fail(path, "must be 1, the form that this version knows") }
            case "models": models = value
            case "date", "unit", "sources": break
            default: return false
            }
            return true
        }
        if document.root.isObject, !hasFormat { reader.fail("format", "is missing") }
        if document.root.isObject, models == nil { reader.fail("models", "is missing") }
        let lines = models.map { Self.lines(of: $0, &reader) } ?? []
        guard reader.faults.isEmpty else {
            throw CatalogueFaults(faults: reader.faults, omitted: reader.omitted)
        }
        return ModelCatalogue(text: .lines(lines))
    }

    /// Checks every model and writes them as `CatalogueLines` needs them.
    private static func lines(of models: JSONValue, _ reader: inout CatalogueReader) -> [UInt8] {
        guard models.isObject, models.count <= maximumModels else {
            reader.fail("models", "must be an object of at most \(maximumModels) models")
            return []
        }
        var found: [(name: [UInt8], value: JSONValue)] = []
        var seen: Set<JSONKey> = []
        for (key, value) in models.members {
            let name = key.string
            let path = "models[\"\(name.prefix(300))\"]"
            if !isName(name) {
                reader.fail(path, "must be VENDOR/MODEL of letters, digits and ._:@/+-")
            } else if !seen.insert(key).inserted {
                reader.fail(path, "is given twice")
            }
            _ = reader.facts(id: name, value, path: path)
            found.append((Array(name.utf8), value))
        }
        guard reader.faults.isEmpty else { return [] }
        found.sort { $0.name.lexicographicallyPrecedes($1.name) }
        var lines: [UInt8] = []
        for model in found {
            var writer = JSONWriter()
            writer.value(model.value)
            lines += [UInt8(ascii: "\"")] + model.name + Array("\":".utf8) + writer.bytes + [UInt8(ascii: "\n")]
        }
        return lines
    }

    /// Such names need no escapes, so that their bytes can be compared as they stand.
    private static func isName(_ name: String) -> Bool {
        guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")), slash > name.startIndex,
            name.utf8.index(after: slash) < name.utf8.endIndex, name.utf8.count <= 256
        else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._:@/+-".utf8.contains(byte)
            }
        }
    }
}
