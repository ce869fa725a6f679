/// How providers are reached, all of them.
struct ProviderNetworkConfiguration: ConfigurationGroup {
    /// Nil: calls go straight to them, whatever the environment of the process says.
    var proxy: ConnectionURL?
    /// Path of a PEM file; nil trusts whom the system trusts.
    var authorities: String?
}
