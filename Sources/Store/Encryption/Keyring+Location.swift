extension Keyring {
    /// The keys for a database: the configured one, or one of the hub's own beside a file that is its own. The latter still
    /// opens what it sealed when a key is configured later.
    ///
    /// Throws for a database that several hubs share, where nobody gave them a key.
    /// - Returns: the keys, and the path of the file if one was made.
    public static func keys(
        for location: DatabaseLocation, configured: EncryptionKey?
    ) throws(StoreError) -> (keys: Keyring, madeFile: String?) {
        switch location {
        case .memory:
            if let configured { return (Keyring(configured), nil) }
            return (Keyring(try KeyFile.transient()), nil)
        case .file(let database):
            let path = KeyFile.path(beside: database)
            if let configured {
                let own = try KeyFile.read(path)
                return (Keyring(configured, others: own.map { [$0] } ?? []), nil)
            }
            let (key, isNew) = try KeyFile.readOrMake(path)
            return (Keyring(key), isNew ? path : nil)
        case .postgres:
            guard let configured else { throw .refused("what hubs share needs a key that all of them have") }
            return (Keyring(configured), nil)
        }
    }
}
