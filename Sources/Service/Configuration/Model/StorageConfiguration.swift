struct StorageConfiguration: ConfigurationGroup {
    var databaseURL = ConnectionURL.defaultDatabase
    var redisURL: ConnectionURL?
    var redisPassword: Secret?
    /// Path of a PEM file; nil trusts what the system trusts.
    var redisAuthorities: String?
    /// For one operation.
    var redisTimeout = Duration.milliseconds(100)
    var redisSlowReply = Duration.milliseconds(10)
    var redisConnectTimeout = Duration.seconds(1)
    var eventBusURL: ConnectionURL?
    /// 32 bytes in base64.
    var encryptionKey: Secret?
    /// Of stored responses, together.
    var maximumResponseBytes = 512 << 20
    /// Of answers that are kept for an `Idempotency-Key`, together.
    var maximumIdempotencyBytes = 256 << 20
}

extension ConnectionURL {
    /// A file beside the process.
    static let defaultDatabase = ConnectionURL(checked: "sqlite:hub.db", scheme: "sqlite")
}
