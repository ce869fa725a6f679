internal import HTTPServer
internal import HubCore

/// One request at its endpoint.
struct EndpointCall {
    let request: HTTPRequest
    let writer: HTTPResponseWriter
    let parameters: [String: String]
    let service: ServiceState
    let shard: ServiceShard
    /// What the access log says beyond the request itself; filled by endpoints that know more.
    let entry: AccessEntry
}
