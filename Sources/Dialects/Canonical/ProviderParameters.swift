internal import Wire

/// `provider_params` of contract 2.1: fields that replace those of the same name in a provider's body.
enum ProviderParameters {
    /// - Parameter body: an object that the hub has written.
    static func merged(_ body: [UInt8], with parameters: JSONValue?) -> [UInt8] {
        guard let parameters, parameters.count > 0, let written = try? JSONDocument.parse(body, maximumDepth: 512).root
        else { return body }
        var writer = JSONWriter(reserving: body.count + 256)
        writer.beginObject()
        for (key, value) in written.members where parameters[named: key.string] == nil || isHubs(key) {
            writer.key(key)
            writer.value(value)
        }
        for (key, value) in parameters.members where !isHubs(key) {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        return writer.bytes
    }

    /// The model is the hub's choice, and simulation its own affair.
    private static func isHubs(_ key: JSONKey) -> Bool { key.equals("simulated") || key.equals("model") }
}
