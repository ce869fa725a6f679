internal import Wire

/// Vectors of providers that do not speak OpenAI's form.
enum EmbeddingVector {
    /// A longer one is not believed.
    private static let mostDimensions = 65_536

    /// Nil for what is no list of finite numbers.
    static func read(_ values: JSONValue?) -> [Float]? {
        guard let values, values.isArray, (1...mostDimensions).contains(values.count) else { return nil }
        var vector: [Float] = []
        vector.reserveCapacity(values.count)
        for value in values.elements {
            guard let number = value.double.map({ Float($0) }), number.isFinite else { return nil }
            vector.append(number)
        }
        return vector
    }
}
