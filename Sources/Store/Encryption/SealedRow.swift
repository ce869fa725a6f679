internal import Crypto

/// Sealed values of tables with rows of a tenant: a value that was moved to another table, tenant or row does not open.
extension EncryptionKey {
    /// - Parameter place: the tenant and whatever tells the row from others.
    func seal(_ bytes: [UInt8], table: String, _ place: String...) -> [UInt8] {
        cipher.seal(bytes, context: Self.context(table, place))
    }

    /// Throws for what was not sealed so.
    func open(_ sealed: [UInt8], table: String, _ place: String...) throws(StoreError) -> [UInt8] {
        guard let bytes = cipher.open(sealed, context: Self.context(table, place)) else {
            throw .refused("a row of \(table) was changed after it was sealed")
        }
        return bytes
    }

    /// With their lengths, so that no two places look alike.
    private static func context(_ table: String, _ place: [String]) -> [UInt8] {
        ([table] + place).flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) }
    }
}
