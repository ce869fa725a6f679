/// Three nodes of a cluster that have found each other and share the slots.
public struct RedisCluster {
    public let nodes: [RedisServer]

    /// Runs `body` with a cluster, whose nodes are ended afterwards.
    ///
    /// - Parameter options: of redis-server.
    public static func with(_ options: [String] = [], _ body: (RedisCluster) async throws -> Void) async throws {
        let clustered = [
            "--cluster-enabled", "yes", "--cluster-config-file", "NODES", "--cluster-port", "BUSPORT",
            "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no",
        ]
        try await RedisServer.with(count: 3, clustered + options) { nodes in
            let fixture = RedisCluster(nodes: nodes)
            try await fixture.form()
            try await body(fixture)
        }
    }

    private func form() async throws {
        let bounds = [0, 5461, 10923, 16384]
        for (index, node) in nodes.enumerated() {
            try node.run("CLUSTER", "SET-CONFIG-EPOCH", "\(index + 1)")
            try node.run("CLUSTER", "ADDSLOTSRANGE", "\(bounds[index])", "\(bounds[index + 1] - 1)")
            for other in nodes where other.port != node.port {
                try node.run("CLUSTER", "MEET", "127.0.0.1", "\(other.port)", "\(other.busPort)")
            }
        }
        try await eventually("the cluster is whole", within: .seconds(30)) {
            try nodes.allSatisfy { node in
                let info = try node.run("CLUSTER", "INFO")
                return info.contains("cluster_state:ok") && info.contains("cluster_slots_assigned:16384")
                    && info.contains("cluster_known_nodes:3")
            }
        }
    }

    public func identifier(of node: RedisServer) throws -> String {
        try node.run("CLUSTER", "MYID")
    }

    public func owner(of slot: Int) throws -> RedisServer {
        try nodes[0].run("CLUSTER", "SLOTS").isEmpty ? nodes[0] : nodes[slot < 5461 ? 0 : slot < 10923 ? 1 : 2]
    }

    /// How often a node has answered with an error of that kind.
    public func count(of error: String, at node: RedisServer) throws -> Int {
        let line = try node.run("INFO", "errorstats").split(separator: "\r\n")
            .first { $0.hasPrefix("errorstat_\(error):") }
        return line?.split(separator: "=").last.flatMap { Int($0) } ?? 0
    }
}
