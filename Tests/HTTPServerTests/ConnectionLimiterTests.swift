import Reactor
import Testing

@testable import HTTPServer

@Suite struct ConnectionLimiterTests {
    private let one = SocketAddress(literal: "10.0.0.1", port: 1)
    private let other = SocketAddress(literal: "10.0.0.2", port: 1)

    @Test func `connections are admitted, answered 503, then refused`() throws {
        let peer = try #require(one)
        let limiter = ConnectionLimiter(maximum: 2, maximumPerAddress: 0)
        #expect((0..<2).allSatisfy { _ in limiter.take(for: peer) == .admitted })
        #expect((0..<16).allSatisfy { _ in limiter.take(for: peer) == .overLimit })
        #expect(limiter.take(for: peer) == .refused)
        #expect(limiter.count == 18)
    }

    @Test func `an address that says nothing takes few places beyond its limit`() throws {
        let (peer, neighbour) = (try #require(one), try #require(other))
        let limiter = ConnectionLimiter(maximum: 100, maximumPerAddress: 2)
        for _ in 0..<1000 { _ = limiter.take(for: peer) }
        #expect(limiter.count == 18)
        #expect(limiter.take(for: neighbour) == .admitted)
        (0..<18).forEach { _ in limiter.release(peer) }
        #expect(limiter.take(for: peer) == .admitted)
        #expect(limiter.count == 2)
    }

    @Test func `an address is counted whatever its port`() throws {
        let peer = try #require(one)
        let limiter = ConnectionLimiter(maximum: 100, maximumPerAddress: 1)
        #expect(limiter.take(for: peer) == .admitted)
        #expect(limiter.take(for: peer.with(port: 2)) == .overLimit)
        #expect(limiter.take(for: try #require(other)) == .admitted)
    }

    @Test func `a released place is free again`() throws {
        let peer = try #require(one)
        let limiter = ConnectionLimiter(maximum: 1, maximumPerAddress: 1)
        for _ in 0..<3 {
            #expect(limiter.take(for: peer) == .admitted)
            limiter.release(peer)
        }
        #expect(limiter.count == 0)
    }
}
