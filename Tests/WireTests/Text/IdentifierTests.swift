import Testing
import Wire

struct UUIDv7Tests {
    /// RFC 9562 appendix A.6.
    @Test
    func `the vector of the specification holds`() {
        let text = UUIDv7.text(milliseconds: 0x017F_22E2_79B0, random: (0xCC3, 0x18C4_DC0C_0C07_398F))
        #expect(text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test
    func `version and variant stand whatever the random words`() {
        #expect(UUIDv7.text(milliseconds: .max, random: (.max, .max)) == "ffffffff-ffff-7fff-bfff-ffffffffffff")
        #expect(UUIDv7.text(milliseconds: 0, random: (0, 0)) == "00000000-0000-7000-8000-000000000000")
    }
}

struct RandomSourceTests {
    /// As the reference implementation, seeded by SplitMix64.
    @Test
    func `the sequence is that of xoshiro256**`() {
        var source = RandomSource(seed: 0)
        #expect(source.next() == 11_091_344_671_253_066_420)
        #expect(source.next() == 13_793_997_310_169_335_082)
    }

    @Test
    func `one seed gives one sequence`() {
        var first = RandomSource(seed: 7)
        var second = RandomSource(seed: 7)
        var other = RandomSource(seed: 8)
        let numbers = (0..<8).map { _ in first.next() }
        #expect(numbers == (0..<8).map { _ in second.next() })
        #expect(numbers != (0..<8).map { _ in other.next() })
    }

    @Test
    func `numbers spread over their range`() {
        var source = RandomSource(seed: 0)
        var counts = [Int](repeating: 0, count: 16)
        for _ in 0..<16_000 { counts[Int.random(in: 0..<16, using: &source)] += 1 }
        #expect(counts.allSatisfy { 850...1150 ~= $0 })
    }
}
