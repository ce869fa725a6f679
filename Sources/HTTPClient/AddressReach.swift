import Reactor

/// Which addresses the host of a URL may lead to. Looked at when a connection is opened, after the name has been
/// resolved: a name can be made to lead anywhere, also between two look-ups.
public enum AddressReach: Sendable {
    /// For URLs that the operator wrote: any host, loopback and private networks too. But a name does not lead to the
    /// addresses that only machines on the spot may have, of which the instance metadata of clouds is one; who wants
    /// those writes the address itself.
    case configured
    /// For URLs that callers gave: public addresses only, over https only. With a proxy nothing can be told of the
    /// address, so that such a call fails unless the proxy is public itself.
    case publicOnly

    /// - Parameter isLiteral: the URL holds the address itself.
    func allows(_ address: SocketAddress, isLiteral: Bool) -> Bool {
        switch self {
        case .configured: isLiteral || !Self.isOnTheSpot(address)
        case .publicOnly: Self.isPublic(address)
        }
    }

    /// This host, link-local, multicast, broadcast, and the metadata services that have other addresses.
    private static func isOnTheSpot(_ address: SocketAddress) -> Bool {
        guard let four = embeddedIPv4(address) else {
            return (address.high == 0 && address.low == 0) || contains(address, 0xfe80 << 48, 10)
                || contains(address, 0xff00 << 48, 8) || metadata.contains { $0 == (address.high, address.low) }
        }
        return onTheSpot4.contains { contains(four, $0) } || four == alibabaMetadata
    }

    /// AWS and Google, in IPv6.
    private static let metadata: [(UInt64, UInt64)] = [(0xfd00_0ec2_0000_0000, 0x254), (0xfd20_00ce_0000_0000, 0x254)]
    /// 100.100.100.200.
    private static let alibabaMetadata: UInt32 = 0x6464_64c8

    /// 2000::/3 but for what IANA's special-purpose registry takes out of it.
    private static func isPublic(_ address: SocketAddress) -> Bool {
        if let four = embeddedIPv4(address) { return !special4.contains { contains(four, $0) } }
        return contains(address, 0x2000 << 48, 3) && !contains(address, 0x2001_0000 << 32, 23)
            && !contains(address, 0x2001_0db8 << 32, 32) && !contains(address, 0x3fff << 48, 20)
    }

    /// IPv4 itself, and what reaches it through NAT64 (64:ff9b::/96) or 6to4 (2002::/16).
    private static func embeddedIPv4(_ address: SocketAddress) -> UInt32? {
        if address.isIPv4 { return UInt32(truncatingIfNeeded: address.low) }
        if address.high == 0x0064_ff9b << 32, address.low >> 32 == 0 { return UInt32(truncatingIfNeeded: address.low) }
        if address.high >> 48 == 0x2002 { return UInt32(truncatingIfNeeded: address.high >> 16) }
        return nil
    }

    private static let onTheSpot4: [(UInt32, bits: Int)] = [
        (0x0000_0000, 8), (0xa9fe_0000, 16), (0xe000_0000, 4), (0xf000_0000, 4),
    ]
    /// IANA's registry of special-purpose addresses, and multicast.
    private static let special4: [(UInt32, bits: Int)] =
        onTheSpot4 + [
            (0x0a00_0000, 8), (0x6440_0000, 10), (0x7f00_0000, 8), (0xac10_0000, 12), (0xc000_0000, 24),
            (0xc000_0200, 24), (0xc058_6300, 24), (0xc0a8_0000, 16), (0xc612_0000, 15), (0xc633_6400, 24),
            (0xcb00_7100, 24),
        ]

    private static func contains(_ address: UInt32, _ range: (UInt32, bits: Int)) -> Bool {
        (address ^ range.0) >> (32 - range.bits) == 0
    }

    /// - Parameter bits: 1..64.
    private static func contains(_ address: SocketAddress, _ prefix: UInt64, _ bits: Int) -> Bool {
        (address.high ^ prefix) >> (64 - bits) == 0
    }
}
