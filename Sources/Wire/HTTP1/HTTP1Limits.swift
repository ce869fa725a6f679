/// Bounds on one request head.
public struct HTTP1Limits: Sendable {
    /// From the first byte through the empty line, leading empty lines included; more is refused with 431.
    public var headBytes = 32 << 10
    /// Length of the request target; more is refused with 414.
    public var targetBytes = 8 << 10
    /// Number of field lines; more is refused with 431.
    public var fieldCount = 100

    public init() {}
}
