/// What the vendors' own variables say; it reaches the provider entry of the same name.
struct VendorConfiguration: ConfigurationGroup {
    var openAI = VendorAccess()
    var openAIOrganization: String?
    var anthropic = VendorAccess()
    var google = VendorAccess()
    /// The key file of a service account.
    var googleServiceAccount: Credential?
    var googleProject: String?
    var googleLocation: String?
    /// The base URL is the resource's endpoint.
    var azure = VendorAccess()
    var azureDeployment: String?
    var bedrock = VendorAccess()
    var awsAccessKeyID: String?
    var awsSecretAccessKey: Secret?
    var awsSessionToken: Secret?
    var awsRegion = "us-east-1"
    /// The text of a credentials file, and the profile in it.
    var awsCredentialsFile: Credential?
    var awsProfile = "default"
    var awsContainerURL: String?
    var awsContainerPath: String?
    var awsContainerToken: Secret?
    var awsContainerTokenFile: String?
    var isAWSInstanceDisabled = false
    var vaultAddress: HTTPURL?
    var vaultToken: Secret?
}

struct VendorAccess: ConfigurationGroup {
    var apiKey: Credential?
    var baseURL: HTTPURL?
}
