/// Prices that an operator lays over the catalogue's.
public struct PriceBook: Equatable, Sendable {
    /// A price of a model at a provider of the configuration.
    public struct Row: Equatable, Sendable {
        public var provider: String
        public var model: String
        public var price: Price

        public init(provider: String, model: String, price: Price) {
            self.provider = provider
            self.model = model
            self.price = price
        }
    }

    private let histories: [String: PriceHistory]

    /// - Parameter rows: in any order; of two for one model and day the later in the list holds.
    public init(_ rows: [Row] = []) {
        let byModel = Dictionary(grouping: rows) { Self.key($0.model, $0.provider) }
        histories = byModel.mapValues { PriceHistory($0.map(\.price)) }
    }

    /// `known` up to the first price of this book, the book's from there on.
    func prices(of model: String, at provider: String, over known: PriceHistory) -> PriceHistory {
        guard !histories.isEmpty, let history = histories[Self.key(model, provider)] else { return known }
        return known.replaced(by: history)
    }

    func lists(_ model: String, at provider: String) -> Bool {
        !histories.isEmpty && histories[Self.key(model, provider)] != nil
    }

    private static func key(_ model: String, _ provider: String) -> String { "\(provider)/\(model)" }
}
