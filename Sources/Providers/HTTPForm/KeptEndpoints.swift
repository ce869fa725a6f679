internal import Dialects
internal import HTTPClient
internal import Synchronization

/// URLs that hold a model's name, each made once.
final class KeptEndpoints<Action: Hashable & Sendable, Endpoint: Sendable>: Sendable {
    private struct Key: Hashable {
        var model: String
        var action: Action
    }

    /// Names come from clients: more are made anew for each call.
    private static var limit: Int { 512 }

    private let kept = Mutex<[Key: Endpoint]>([:])

    /// - Parameter make: makes it where it is not kept; its failure is the name's.
    func endpoint(
        _ model: String, _ action: Action, _ make: () throws(HTTPClientError) -> Endpoint
    ) throws(HubError) -> Endpoint {
        let key = Key(model: model, action: action)
        if let endpoint = kept.withLock({ $0[key] }) { return endpoint }
        let endpoint: Endpoint
        do throws(HTTPClientError) {
            endpoint = try make()
        } catch {
            throw HubError(.modelNotFound, "\(model) is not the name of a model", parameter: "model")
        }
        kept.withLock { if $0.count < Self.limit { $0[key] = endpoint } }
        return endpoint
    }
}
