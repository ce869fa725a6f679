/// What is wrong with a batch as a whole: an entry of its `errors`.
public struct BatchProblem: Sendable, Equatable {
    public var code: String
    public var message: String
    public var parameter: String?
    /// From 1.
    public var line: Int?

    public init(_ code: String, _ message: String, parameter: String? = nil, line: Int? = nil) {
        self.code = code
        self.message = message
        self.parameter = parameter
        self.line = line
    }
}
