import Testing

@testable import Redis

@Suite struct SlotMapTests {
    private let source = RedisAddress(host: "seed", port: 7000)

    private static func text(_ text: String) -> RedisReply { .bytes(Array(text.utf8)) }

    private static func range(_ first: Int64, _ last: Int64, _ host: String, _ port: Int64) -> RedisReply {
        .array([.integer(first), .integer(last), .array([text(host), .integer(port), text("id")])])
    }

    @Test func `each slot has the master of its range`() throws {
        let reply = RedisReply.array([Self.range(0, 99, "a", 1), Self.range(100, 16383, "b", 2)])
        let map = try #require(SlotMap(reply, from: source))
        #expect(map.owner(of: KeySlot(99)) == RedisAddress(host: "a", port: 1))
        #expect(map.owner(of: KeySlot(100)) == RedisAddress(host: "b", port: 2))
        #expect(map.nodes.count == 2)
    }

    @Test func `a slot that no range has belongs to nobody`() throws {
        let map = try #require(SlotMap(.array([Self.range(0, 9, "a", 1)]), from: source))
        #expect(map.owner(of: KeySlot(10)) == nil)
    }

    @Test(arguments: ["", "?"])
    func `a node without a name is the one that answered`(host: String) throws {
        let map = try #require(SlotMap(.array([Self.range(0, 9, host, 1)]), from: source))
        #expect(map.owner(of: KeySlot(0)) == RedisAddress(host: "seed", port: 1))
    }

    @Test(arguments: [
        RedisReply.integer(1), .array([.integer(1)]), .array([.array([])]), .array([range(-1, 5, "a", 1)]),
        .array([range(0, 16384, "a", 1)]), .array([range(5, 4, "a", 1)]), .array([range(0, 1, "a", 0)]),
        .array([range(0, 1, "a", 65536)]), .array([.array([.integer(0), .integer(1), .array([])])]),
    ])
    func `what is no map is refused`(reply: RedisReply) {
        #expect(SlotMap(reply, from: source) == nil)
    }

    @Test func `more nodes than a cluster can have are refused`() {
        let ranges = (0..<5000).map { Self.range(Int64($0), Int64($0), "a", Int64($0) + 1) }
        #expect(SlotMap(.array(ranges), from: source) == nil)
    }

    @Test func `a slot that has moved is the new node's`() {
        var map = SlotMap()
        map.set(KeySlot(7), to: source)
        #expect(map.owner(of: KeySlot(7)) == source)
    }

    @Test(arguments: [
        ("MOVED 3999 127.0.0.1:6381", Redirect.Kind.moved, "127.0.0.1", UInt16(6381)),
        ("ASK 3999 name:1", .ask, "name", 1), ("MOVED 3999 ::1:6381", .moved, "::1", 6381),
        ("MOVED 3999 :6381", .moved, "seed", 6381), ("MOVED 3999 ?:6381", .moved, "seed", 6381),
    ])
    func `redirects are read`(text: String, kind: Redirect.Kind, host: String, port: UInt16) throws {
        let redirect = try #require(Redirect(RedisServerError(text), from: source))
        #expect(redirect.kind == kind)
        #expect(redirect.slot == KeySlot(3999))
        #expect(redirect.node == RedisAddress(host: host, port: port))
    }

    @Test(arguments: [
        "MOVED", "MOVED 3999", "MOVED 16384 a:1", "MOVED -1 a:1", "MOVED 1 a", "MOVED 1 a:0", "MOVED 1 a:99999",
        "MOVED 1 a:1 b", "ERR 1 a:1", "",
    ])
    func `other errors are no redirects`(text: String) {
        #expect(Redirect(RedisServerError(text), from: source) == nil)
    }
}
