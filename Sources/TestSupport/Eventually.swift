/// Waits until something is so, asking every few milliseconds.
///
/// - Parameter what: names it for the error that is thrown when it does not come about in time.
public func eventually(
    _ what: String, within limit: Duration = .seconds(20), _ isSo: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while true {
        if try await isSo() { return }
        guard ContinuousClock.now < end else { throw SocketFailure("not within \(limit): \(what)") }
        try await Task.sleep(for: .milliseconds(2))
    }
}
