/// Which node of a cluster has which slot. Pure.
struct SlotMap: Equatable {
    private(set) var nodes: [RedisAddress] = []
    private var positions: [RedisAddress: UInt16] = [:]
    /// Positions in `nodes` by slot.
    private var owners = [UInt16](repeating: SlotMap.none, count: KeySlot.count)

    private static let none = UInt16.max
    /// Redis recommends at most 1000.
    static let maximumNodes = 4096

    init() {}

    /// Reads the reply of `CLUSTER SLOTS`: arrays of first slot, last slot, `[host, port, id...]` of the master and of its
    /// replicas, which are left out. Nil if it is something else.
    ///
    /// - Parameter source: who answered; an entry without a host is there.
    init?(_ reply: RedisReply, from source: RedisAddress) {
        guard let ranges = reply.array else { return nil }
        for range in ranges {
            guard let fields = range.array, fields.count >= 3, let first = fields[0].integer,
                let last = fields[1].integer, 0 <= first, first <= last, last < KeySlot.count,
                let master = fields[2].array, master.count >= 2, let port = master[1].integer,
                let port = UInt16(exactly: port), port > 0
            else { return nil }
            let host = master[0].text.flatMap { $0.isEmpty || $0 == "?" ? nil : $0 } ?? source.host
            guard let owner = position(of: RedisAddress(host: host, port: port)) else { return nil }
            for slot in Int(first)...Int(last) { owners[slot] = owner }
        }
    }

    func owner(of slot: KeySlot) -> RedisAddress? {
        let owner = owners[Int(slot.number)]
        return owner == Self.none ? nil : nodes[Int(owner)]
    }

    mutating func set(_ slot: KeySlot, to node: RedisAddress) {
        guard let owner = position(of: node) else { return }
        owners[Int(slot.number)] = owner
    }

    private mutating func position(of node: RedisAddress) -> UInt16? {
        if let position = positions[node] { return position }
        guard nodes.count < Self.maximumNodes else { return nil }
        let position = UInt16(nodes.count)
        nodes.append(node)
        positions[node] = position
        return position
    }
}
