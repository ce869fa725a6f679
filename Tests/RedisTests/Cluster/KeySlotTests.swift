import Testing

@testable import Redis

@Suite struct KeySlotTests {
    @Test func `the checksum is the one of Redis Cluster's specification`() {
        #expect(KeySlot.checksum(Array("123456789".utf8)[...]) == 0x31C3)
    }

    @Test(arguments: [
        ("foo", 12182), ("bar", 5061), ("", 0), ("hello", 866), ("{user1000}.following", 3443),
        ("{user1000}.followers", 3443), ("foo{bar}{zap}", 5061),
    ])
    func `keys have the slots that redis gives them`(key: String, slot: UInt16) {
        #expect(KeySlot(of: Array(key.utf8)).number == slot)
    }

    @Test func `an empty tag, or one that does not end, is no tag`() {
        #expect(KeySlot(of: Array("foo{}{bar}".utf8)) != KeySlot(of: Array("bar".utf8)))
        #expect(KeySlot(of: Array("foo{bar".utf8)) != KeySlot(of: Array("bar".utf8)))
        #expect(KeySlot(of: Array("foo{{bar}}zap".utf8)) == KeySlot(of: Array("{bar".utf8)))
    }

    @Test func `keys of one command must be of one slot`() throws {
        let words = ["MGET", "{a}1", "{a}2", "b"].map { Array($0.utf8) }
        #expect(try RedisCommand(words, keys: 1..<3).slot == KeySlot(of: Array("a".utf8)))
        #expect(throws: RedisCommandError.self) { try RedisCommand(words, keys: 1..<4) }
        #expect(throws: RedisCommandError.self) { try RedisCommand(words, keys: 1..<5) }
    }
}
