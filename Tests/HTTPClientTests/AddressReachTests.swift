import Reactor
import Testing

@testable import HTTPClient

struct AddressReachTests {
    private static func allows(_ reach: AddressReach, _ text: String, isLiteral: Bool = false) throws -> Bool {
        reach.allows(try #require(SocketAddress(literal: text, port: 0)), isLiteral: isLiteral)
    }

    @Test(arguments: [
        "169.254.169.254", "169.254.0.1", "169.254.255.255", "100.100.100.200", "0.0.0.0", "0.1.2.3", "224.0.0.1",
        "239.255.255.250", "255.255.255.255", "::", "fe80::1", "febf::1", "ff02::1", "fd00:ec2::254", "fd20:ce::254",
        "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
    ])
    func `no name leads to addresses of the spot`(address: String) throws {
        #expect(try !Self.allows(.configured, address))
        #expect(try !Self.allows(.publicOnly, address))
        #expect(try Self.allows(.configured, address, isLiteral: true))
        #expect(try !Self.allows(.publicOnly, address, isLiteral: true))
    }

    @Test(arguments: [
        "127.0.0.1", "127.255.255.255", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1",
        "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
        "203.0.113.1", "::1", "fc00::1", "fdff::1", "2001::1", "2001:db8::1", "3fff::1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::", "4000::1", "100::1",
    ])
    func `what is not public is for the operator only`(address: String) throws {
        #expect(try Self.allows(.configured, address))
        #expect(try !Self.allows(.publicOnly, address))
        #expect(try !Self.allows(.publicOnly, address, isLiteral: true))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2001:200::1", "2a00::1", "3ffe::1",
        "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1",
    ])
    func `public addresses are for all`(address: String) throws {
        #expect(try Self.allows(.configured, address))
        #expect(try Self.allows(.publicOnly, address))
    }

    // MARK: Over sockets

    @Test(arguments: ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
    func `a caller's URL does not reach this machine`(host: String) async throws {
        try await withServer { peer in
            _ = peer.readRequest()
        } _: { client, server, _ in
            let endpoint = try HTTPEndpoint(
                method: "GET", url: "https://\(host):\(server.port)/", reach: .publicOnly)
            let request = HTTPClientRequest(endpoint: endpoint)
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(kind(error) == "connectFailed")
            #expect("\(String(describing: error))".contains("which is refused"))
            #expect(server.acceptedCount == 0)
        }
    }

    @Test func `a caller's URL is https`() {
        #expect(throws: HTTPClientError.invalidRequest("only https is allowed")) {
            try HTTPEndpoint(method: "GET", url: "http://example.com/", reach: .publicOnly)
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a configured URL reaches this machine`(host: String) async throws {
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer() }
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get("http://\(host):\(server.port)/")
            #expect(try await client.send(request).status == 200)
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1/", true), ("http://2130706433/", true), ("http://0x7f.1/", true), ("http://[::1]/", true),
        ("http://localhost/", false), ("http://169.254.169.254.nip.io/", false), ("http://127.0.0.1.:80/", false),
    ])
    func `an address is told from a name`(url: String, isLiteral: Bool) throws {
        #expect(try HTTPEndpoint(method: "GET", url: url).isLiteral == isLiteral)
    }
}
