/// Why bytes are no form: for the person who sent them.
public struct MultipartError: Error, Equatable, Sendable {
    public var reason: String

    init(_ reason: String) { self.reason = reason }
}
