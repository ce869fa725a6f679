/// The other systems of the ecosystem and how the hub speaks with them.
struct ModuleConfiguration: ConfigurationGroup {
    var configManagerURL: HTTPURL?
    var observatoryURL: HTTPURL?
    var governanceURL: HTTPURL?
    var optimizerURL: HTTPURL?
    var apiToken: Secret?
    var governanceFailMode = FailMode.closed
    /// Signs requests to modules.
    var signingSecret: Secret?
    /// Checks webhooks.
    var webhookSecret: Secret?
    var isEdgeRegistrationRequired = false
}

enum FailMode: String, Sendable, CaseIterable {
    case open, closed
}
