internal import Wire

/// What a request says about where it may go: `routing` of the hub's own form, and the headers that stand for it.
public struct RoutingWish: Sendable, Equatable {
    /// A provider and, unless it is the model asked for, a model.
    public struct Target: Sendable, Equatable {
        public var provider: String
        public var model: String?

        public init(provider: String, model: String? = nil) {
            self.provider = provider
            self.model = model
        }
    }

    public var strategy: String?
    /// The only providers that may be taken, in the caller's order; nil: any.
    public var providers: [String]?
    public var exclude: [String] = []
    /// Taken in order after everything else; at most `maximumFallbacks`.
    public var fallbacks: [Target] = []
    /// 1..6.
    public var maximumAttempts: Int?

    /// The headers that named the strategy and the fallbacks, for errors; nil: the body did.
    public var strategyHeader: String?
    public var fallbackHeader: String?

    public static let maximumFallbacks = 5

    public init() {}

    /// - Parameter body: the whole request. Nil if it says nothing.
    static func parse(_ body: FieldReader) throws(HubError) -> RoutingWish? {
        guard let object = try body.object("routing") else { return nil }
        let fields = try FieldReader(object, prefix: "routing.")
        var wish = RoutingWish()
        wish.strategy = try fields.string("strategy", maximumLength: 40)
        wish.maximumAttempts = try fields.integer("max_attempts", in: 1...6)
        wish.providers = try names("providers", fields)
        wish.exclude = try names("exclude", fields) ?? []
        if let providers = wish.providers, let both = wish.exclude.first(where: { providers.contains($0) }) {
            throw .validation("routing.exclude", "names \(both), which routing.providers names too")
        }
        guard let list = try fields.array("fallbacks", counts: 0...maximumFallbacks) else { return wish }
        var index = 0
        for element in list.elements {
            let prefix = "routing.fallbacks[\(index)]"
            guard element.isObject else { throw .validation(prefix, "must be an object with a provider") }
            let target = try FieldReader(element, prefix: prefix + ".")
            wish.fallbacks.append(
                Target(
                    provider: try target.requiredString("provider", maximumLength: 40),
                    model: try target.string("model", maximumLength: 256)))
            index += 1
        }
        return wish
    }

    private static func names(_ field: StaticString, _ fields: FieldReader) throws(HubError) -> [String]? {
        guard let list = try fields.array(field, counts: 0...100) else { return nil }
        var names: [String] = []
        for element in list.elements {
            guard let name = element.string, (1...40).contains(name.utf8.count) else {
                throw .validation("routing.\(field)[\(names.count)]", "must be the id of a provider")
            }
            names.append(name)
        }
        return names
    }
}
