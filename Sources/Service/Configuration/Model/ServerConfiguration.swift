/// The listener, and the limits and deadlines of its connections.
struct ServerConfiguration: ConfigurationGroup {
    var host = NetworkHost.loopback
    /// 0 lets the system choose.
    var port = 8080
    var grpcPort = 50051
    /// 0: no separate listener; `/metrics` is on the main port too.
    var metricsPort = 9090
    /// 0: one per core.
    var reactors = 0
    /// Permits answering without authentication on an address that others can reach.
    var isInsecureAllowed = false

    var tlsCertificatePath: String?
    var tlsKeyPath: String?
    var tlsClientAuthorityPath: String?
    /// Addresses or networks (`10.0.0.0/8`) whose forwarding headers are believed.
    var trustedProxies: [String] = []
    /// Origins that browsers may call from; `*` for all; empty for none.
    var corsOrigins: [String] = []

    var maximumBodyBytes = 10 << 20
    var maximumConnections = 20_000
    /// 0: no limit.
    var maximumConnectionsPerAddress = 0
    var headDeadline = Duration.seconds(10)
    /// Without a byte of the body for this long, the connection closes.
    var bodyProgressDeadline = Duration.seconds(30)
    var idleDeadline = Duration.seconds(75)
    /// Without room for a byte of the answer for this long, the connection closes.
    var writeProgressDeadline = Duration.seconds(30)
    /// How long streams may go on after SIGTERM.
    var drainDeadline = Duration.seconds(30)
}

extension NetworkHost {
    static let loopback = NetworkHost(checked: "127.0.0.1")
}
