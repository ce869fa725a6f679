struct StorageConfiguration: ConfigurationGroup {
    var databaseURL = ConnectionURL.defaultDatabase
    var redisURL: ConnectionURL?
    var redisPassword: Secret?
    var eventBusURL: ConnectionURL?
    /// 32 bytes in base64.
    var encryptionKey: Secret?
}

extension ConnectionURL {
    /// A file beside the process.
    static let defaultDatabase = ConnectionURL(checked: "sqlite:hub.db", scheme: "sqlite")
}
